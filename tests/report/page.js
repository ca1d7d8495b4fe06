/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Points and clauses on demand, from the JSON in the page (Report::PointData, Report::ClauseTable). The address says
 * what is shown: "#points?machine=alpha&verdict=failed", "#clauses?group=DEF", "#clause-DEF-3". Text from a run only
 * ever becomes text, never markup.
 */
'use strict';

(() => {
	const PAGE = 100;
	const OUTCOME = { o: 'ok', f: 'failed', e: 'error', t: 'todo', s: 'skip' };
	const WORD = { ok: '\u2713 ok', failed: '\u2717 failed', error: '! error', todo: '\u25b3 deviation',
		skip: '\u2013 skipped' };
	const ORDER = ['failed', 'error', 'todo', 'ok', 'skip'];

	const byId = (id) => document.getElementById(id);
	const element = (name, properties, ...children) => {
		const made = Object.assign(document.createElement(name), properties);
		made.append(...children);
		return made;
	};
	const link = (address, ...children) => element('a', { href: address }, ...children);
	const verdict = (outcome) => element('span', { className: `verdict ${outcome.replace(' ', '-')}` },
		WORD[outcome] ?? outcome);

	/* Read once, when first asked for. A run's points are unpacked when a filter leaves something of the run. */
	const once = (make) => {
		let made;
		return () => (made ??= make());
	};
	const clauses = once(() => JSON.parse(byId('clause-data').textContent));
	const runs = once(() => {
		const data = JSON.parse(byId('point-data').textContent);
		return data.runs.map((run) => ({ ...run, points: once(() => pointsOf(data, run)) }));
	});

	const pointsOf = ({ tests, subjects, strings, lists }, run) => {
		const list = lists[run.list];
		const found = Array.from(run.outcomes, (letter, at) => {
			const [test, subject] = [tests[list[2 * at]], subjects[list[2 * at + 1]]];
			return { run, test, name: subject === '' ? test : `${test}/${subject}`,
				outcome: OUTCOME[letter], why: '', evidence: '' };
		});
		for (let note = 0, at = 0; note < run.notes.length; note += 3) {
			at += run.notes[note];
			found[at].why = strings[run.notes[note + 1]];
			found[at].evidence = strings[run.notes[note + 2]].replace(/^(?:rerun|debug)$/mg,
				(key) => `${key}: ${run[key].replace('tests=*', () => `tests=${found[at].name}`)}`);
		}
		return found;
	};

	/* ---- Which points ---- */

	const suiteOf = (name) => name.startsWith('host:') ? 'host'
		: (/^([\w.-]+)\.[^./]+(?:\/|$)/.exec(name)?.[1] ?? name);
	const subjectOf = (name) => /^[^/]+\/([^@/]+)@[^/]*(?:\/(.*))?$/.exec(name) ?? [];
	const withoutNumbers = (text) => text.replace(/\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*[0-9])[0-9a-f]{4,}\b|\b\d+\b/g,
		'N');
	const reasonOf = (point) => point.why || (/^  - "(.*)"$/m.exec(point.evidence)?.[1].replace(/\\(.)/g, '$1')
		?? 'no reason was given');

	/* Values that can be asked for: of a run, and of a point, with "-" for a device without modes. */
	const OF_RUN = { machine: (run) => run.machine, qemu: (run) => run.qemu, run: (run) => run.name };
	const PROPERTY = {
		device: (point) => subjectOf(point.name)[1], mode: (point) => subjectOf(point.name)[2] ?? '-',
		suite: (point) => suiteOf(point.name), test: (point) => point.test, verdict: (point) => point.outcome,
	};
	/* These may have commas in them. */
	const WHOLE = { name: (point) => point.name, why: (point) => point.why,
		reason: (point) => withoutNumbers(reasonOf(point)) };

	const wordsOf = (point) => [point.name, point.why, point.evidence].join('\n').toLowerCase();

	/* For each property of a table that is asked for, a function: is the object's value as wanted? */
	const checksOf = (table, wanted, compare) => [...wanted].filter(([name, value]) => value !== '' && table[name])
		.map(([name, value]) => compare(table[name], value));
	const oneOf = (property, value) => {
		const values = value.split(',');
		return (object) => values.includes(property(object));
	};
	const passing = (checks) => (object) => checks.every((check) => check(object));

	/* The worst first, and else in the order of the runs. */
	const select = (wanted) => {
		const ofRun = checksOf(OF_RUN, wanted, oneOf);
		const ofPoint = [
			...checksOf(PROPERTY, wanted, oneOf),
			...checksOf(WHOLE, wanted, (property, value) => (point) => property(point) === value),
			...checksOf({ text: wordsOf }, wanted, (property, value) => {
				const text = value.toLowerCase();
				return (point) => property(point).includes(text);
			}),
		];
		const by = Object.fromEntries(ORDER.map((outcome) => [outcome, []]));
		for (const run of runs().filter(passing(ofRun)))
			for (const point of run.points().filter(passing(ofPoint)))
				by[point.outcome].push(point);
		return ORDER.flatMap((outcome) => by[outcome]);
	};

	/* ---- How they are shown ---- */

	/* "clauses: [DEF-3, SPLIT-1]" leads to the clauses. */
	const evidence = (text) => {
		const parts = text.split(/(?<=^clauses: .*?)([A-Z0-9]+(?:-[A-Z]+)*-\d+[a-z]?)/m);
		return element('pre', { tabIndex: 0 }, ...parts.map((part, at) => at % 2 ? link(`#clause-${part}`, part)
			: part));
	};
	const pointAddress = (point) => `#points?${new URLSearchParams({ run: point.run.name, name: point.name })}`;
	const shownPoint = (point, alone) => {
		const why = point.outcome === 'todo' && byId(`deviation-${point.why}`) ? link(`#deviation-${point.why}`,
			point.why) : point.why;
		const line = element('div', { className: 'point' }, verdict(point.outcome), ' ',
			link(pointAddress(point), element('code', {}, point.name)), ' ', why, ' ', element('small', {},
				point.run.name));
		if (point.evidence)
			line.append(element('details', { open: alone }, element('summary', {}, 'evidence'),
				evidence(point.evidence)));
		return line;
	};

	const form = byId('filters');
	let found = [];
	let shown = 0;
	const showMore = () => {
		const next = found.slice(shown, shown + PAGE);
		byId('found').append(...next.map((point) => shownPoint(point, found.length <= 3)));
		shown += next.length;
		byId('more').hidden = shown >= found.length;
	};

	const showPoints = (wanted) => {
		found = select(wanted);
		shown = 0;
		const others = [...wanted].filter(([name, value]) => value !== '' && !form.elements[name]).map(([name,
			value]) => `${name} ${value}`);
		byId('shown').textContent = [`${found.length} points`, ...others].join(', ');
		const commands = wanted.get('run') && found[0]?.run.command ? [element('details', {},
			element('summary', {}, 'The command of this run'), element('pre', { tabIndex: 0 },
				found[0].run.command))] : [];
		byId('found').replaceChildren(...commands);
		showMore();
	};

	/* A value that is none of the choices (several devices, say) becomes one. */
	const fillForm = (wanted) => {
		for (const field of form.querySelectorAll('[name]')) {
			const value = wanted.get(field.name) ?? '';
			if (field.options && ![...field.options].some((option) => option.value === value))
				field.append(element('option', { value }, value));
			field.value = value;
		}
	};

	/* ---- Clauses ---- */

	const clauseRow = (clause) => element('tr', { id: `clause-${clause.id}` },
		Object.assign(element('th', {}, link(`#clause-${clause.id}`, clause.id)), { scope: 'row' }),
			element('td', {}, clause.level),
		element('td', {}, verdict(clause.state)), element('td', {}, clause.says),
		element('td', {}, ...clause.by.flatMap((test, at) => [at ? ', ' : '', clause.group.startsWith('DRV-')
			? test
			: link(`#points?${new URLSearchParams({ test })}`, test)]), clause.why));

	const showClauses = (group, focus) => {
		const rows = clauses().filter((clause) => clause.group === group);
		const heads = ['clause', 'level', 'verdict', 'says', 'judged by'].map((head) =>
			Object.assign(element('th', {}, head), { scope: 'col' }));
		byId('clause-list').replaceChildren(element('h3', {}, rows.length ? `Clauses ${group}`
			: `There are no clauses ${group}`),
			...rows.length ? [element('div', { className: 'scroll', tabIndex: 0, role: 'group',
				ariaLabel: `Clauses ${group}` },
				element('table', {}, element('thead', {}, element('tr', {}, ...heads)),
					element('tbody', {}, ...rows.map(clauseRow))))] : []);
		(focus && byId(focus) || byId('clause-list')).scrollIntoView();
	};

	/* ---- The address ---- */

	const follow = () => {
		const [place, query = ''] = location.hash.slice(1).split(/\?(.*)/s);
		const wanted = new URLSearchParams(query);
		if (place === 'points' && location.hash.includes('?')) {
			fillForm(wanted);
			showPoints(wanted);
			byId('points').scrollIntoView();
		} else if (place === 'clauses' && wanted.get('group')) {
			showClauses(wanted.get('group'));
		} else if (place.startsWith('clause-')) {
			showClauses(place.slice('clause-'.length).replace(/-\d+[a-z]?$/, ''), place);
		} else if (place.startsWith('deviation-')) {
			byId(place)?.querySelector('details')?.setAttribute('open', '');
		}
	};

	/* Typing in the form changes the address in place, so that Back leaves the page as it was found. */
	const asked = () => {
		const wanted = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ''));
		history.replaceState(null, '', `#points?${wanted}`);
		showPoints(wanted);
	};

	form.hidden = false;
	form.addEventListener('input', asked);
	form.addEventListener('submit', (event) => event.preventDefault());
	form.addEventListener('reset', () => setTimeout(asked));
	byId('more').addEventListener('click', showMore);
	addEventListener('hashchange', follow);
	follow();
})();
