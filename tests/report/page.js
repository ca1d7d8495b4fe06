/* The filters, and the evidence behind a cell. Text from a run only ever becomes text, never markup. */
'use strict';

(() => {
	const { strings, runs } = JSON.parse(document.getElementById('points').textContent);
	const words = { ok: 'ok', failed: 'failed', error: 'error', todo: 'deviation', skip: 'skipped' };
	const marks = { ok: '\u2713', failed: '\u2717', error: '!', todo: '\u25b3', skip: '\u2013' };
	const order = ['failed', 'error', 'todo', 'ok', 'skip'];

	const element = (name, properties, ...children) => {
		const made = Object.assign(document.createElement(name), properties);
		made.append(...children);
		return made;
	};
	const verdict = (outcome, text) => element('span', { className: `verdict ${outcome}` },
		`${marks[outcome]} ${text ?? words[outcome]}`);

	/* ---- Points behind a cell ---- */

	const suiteOf = (name) => name.startsWith('host:') ? 'host' :
		(/^([\w.-]+)\.[^./]+(?:\/|$)/.exec(name) ?? [name, name])[1];

	/* A cell of the matrix names the tests of its structure, one of the suites its suite. */
	const belongs = (name, wanted) => {
		if (wanted.suite !== undefined)
			return suiteOf(name) === wanted.suite;
		const [, test, device, mode = ''] = /^([^/]+)\/([^@]+)@[^/]*(?:\/(.*))?$/.exec(name) ?? [];
		return wanted.tests.split(' ').includes(test) && device === wanted.device && mode === wanted.mode;
	};

	const pointsOf = (wanted) => runs
		.filter((run) => run.machine === wanted.machine && run.qemu === wanted.qemu)
		.flatMap((run) => run.points.map(([name, outcome, why, evidence]) => ({
			run: run.name, name: strings[name], outcome: strings[outcome], why: strings[why],
			evidence: strings[evidence],
		})))
		.filter((point) => belongs(point.name, wanted))
		.sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));

	const shown = (point) => {
		const line = [verdict(point.outcome), ' ', element('code', {}, point.name), ' ', point.why, ' ',
			element('small', {}, point.run)];
		if (!point.evidence)
			return element('p', {}, ...line);
		return element('details', { open: point.outcome === 'failed' || point.outcome === 'error' },
			element('summary', {}, ...line), element('pre', { tabIndex: 0 }, point.evidence));
	};

	const dialog = document.getElementById('evidence');
	const open = (title, points) => {
		const heading = document.getElementById('evidence-title');
		const plain = points.filter((point) => point.outcome === 'ok' || point.outcome === 'skip');
		const body = points.filter((point) => !plain.includes(point)).map(shown);

		if (plain.length)
			body.push(element('details', { open: body.length === 0 },
				element('summary', {}, `${plain.length} points that are ok or skipped`),
				...plain.map(shown)));
		heading.textContent = title;
		document.getElementById('evidence-body').replaceChildren(...body);
		dialog.showModal();
		heading.focus();
	};

	document.addEventListener('click', (event) => {
		const button = event.target.closest('button.cell');
		if (!button)
			return;
		const wanted = { ...button.closest('tr').dataset, ...button.closest('td').dataset };
		const title = wanted.suite ?? `${wanted.device} ${wanted.mode}: ${wanted.structure}`;
		open(`${title}, ${wanted.machine}, ${wanted.qemu}`, pointsOf(wanted));
	});

	/* ---- Filters ---- */

	const form = document.getElementById('filters');

	/* An item that does not have a property is not filtered by it; one of several boots has all their values. */
	const allowed = (data, name, value) => value === '' || data[name] === undefined
		|| data[name].split(/, | /).includes(value);

	const filterCells = (row, wanted) => {
		let any = false;
		for (const cell of row.querySelectorAll('td[data-verdict]')) {
			const fits = ['machine', 'qemu', 'view', 'verdict']
				.every((name) => allowed(cell.dataset, name, wanted[name]));
			cell.classList.toggle('faint', !fits);
			any ||= fits;
		}
		return any || !row.querySelector('td[data-verdict]');
	};

	const filter = () => {
		const wanted = Object.fromEntries(new FormData(form));
		const text = wanted.text.toLowerCase();
		let count = 0;
		for (const item of document.querySelectorAll('.item')) {
			const fits = ['machine', 'qemu', 'device', 'mode', 'view', 'verdict']
				.every((name) => allowed(item.dataset, name, wanted[name]))
				&& (text === '' || item.textContent.toLowerCase().includes(text))
				&& filterCells(item, wanted);
			item.hidden = !fits;
			count += fits;
		}
		document.getElementById('shown').textContent = `${count} rows shown`;
	};

	form.hidden = false;
	form.addEventListener('input', filter);
	form.addEventListener('submit', (event) => event.preventDefault());
	form.addEventListener('reset', () => setTimeout(filter));
})();
