/* SPDX-License-Identifier: BSD-2-Clause */
/* Sightings and the matrix: see judge.h. */
#include "tests/conformance/probe/judge.h"

void judge_view(struct trial *trial, enum structure structure, struct sighting sighting)
{
	struct engine *engine = trial->subject->engine;
	enum view must = structure_view(structure, engine->view);

	matrix_record(engine, structure, sighting.view);
	expect(trial, sighting.view == must, "the access was in view %s and must be in view %s",
	       view_name(sighting.view), view_name(must));
	expect(trial, sighting.result == ENGINE_DONE, "the request was not completed (%s)",
	       engine_result_name(sighting.result));
}
