/* SPDX-License-Identifier: BSD-2-Clause */
/* How the subjects of a scope are counted and found, whatever they are: see scope.h. */
#include "tests/conformance/framework/scope.h"

#include <stddef.h>

/* What the scope chooses from. */
static unsigned count_candidates(const struct conformance_scope *scope)
{
	return scope->of ? scope_count(scope->of) : scope->count();
}

static unsigned rows_of(const struct conformance_scope *scope)
{
	return scope->rows ? scope->rows : 1;
}

unsigned scope_count(const struct conformance_scope *scope)
{
	unsigned candidates = count_candidates(scope), chosen = scope->only ? 0 : candidates;

	for (unsigned i = 0; scope->only && i < candidates; i++)
		if (scope->only(i, scope) && ++chosen == scope->most)
			break;
	if (chosen == 0 && scope->or_none)
		return 1;
	return chosen * rows_of(scope);
}

/*
 * The candidate that is chosen as this number, or candidates if there are not so many. Whoever asks for one after the
 * other, as the runner does, does not make it look at all of them each time: the place of the last one is kept.
 */
static unsigned find(const struct conformance_scope *scope, unsigned number, unsigned candidates)
{
	static struct { const struct conformance_scope *scope; unsigned number, at; } last;
	bool further = last.scope == scope && last.number <= number;
	unsigned found = further ? last.number : 0;
	unsigned i = further ? last.at : 0;

	while (i < candidates && !(scope->only(i, scope) && found++ == number))
		i++;
	if (i < candidates) {
		last.scope = scope;
		last.number = number;
		last.at = i;
	}
	return i;
}

void scope_get(const struct conformance_scope *scope, unsigned number, struct subject *subject)
{
	unsigned candidates = count_candidates(scope), row = number % rows_of(scope);

	number /= rows_of(scope);
	if (scope->only)
		number = find(scope, number, candidates);
	if (number >= candidates)
		return;
	subject->number = number;
	if (scope->of)
		scope_get(scope->of, number, subject);
	else
		scope->get(number, subject);
	if (scope->rows)
		subject->number = row;
	if (scope->complete)
		scope->complete(subject);
}
