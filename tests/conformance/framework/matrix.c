/* SPDX-License-Identifier: BSD-2-Clause */
/* The matrix and what it means to a guest: see matrix.h. */
#include "tests/conformance/framework/matrix.h"

#include "boot/string.h"
#include "boot/tap.h"
#include "drivers/virtio/engine.h"

/* What stands in a cell that has no view. */
#define UNSEEN	0xff
#define UNUSED	0xfe
#define REFUSED	0xfd

static uint8_t seen[ENGINES][MATRIX_VARIANTS][STRUCTURES];
static bool started;

static const char *const structure_names[STRUCTURES] = {
	"descriptors", "available", "used", "packed-ring", "driver-events", "device-events", "indirect", "buffer-read",
	"buffer-write", "gpu-backing", "message",
};

static const char *const variant_names[MATRIX_VARIANTS] = { "", "declined", "declined-version-1" };

static unsigned row_of(const struct engine *engine)
{
	unsigned row = 0;

	while (engine_get(row) != engine)
		row++;
	return row;
}

static void start(void)
{
	if (started)
		return;
	started = true;
	memset(seen, UNSEEN, sizeof(seen));
}

/* Engines beside have no row: their device has one. */
static void record(const struct engine *engine, enum matrix_variant variant, enum structure structure, uint8_t value)
{
	start();
	if (!engine->beside)
		seen[row_of(engine)][variant][structure] = value;
}

const char *matrix_variant_name(enum matrix_variant variant)
{
	return variant_names[variant];
}

void matrix_record_variant(const struct engine *engine, enum matrix_variant variant, enum structure structure,
			   enum view view)
{
	record(engine, variant, structure, (uint8_t)view);
}

void matrix_record(const struct engine *engine, enum structure structure, enum view view)
{
	matrix_record_variant(engine, AS_OFFERED, structure, view);
}

void matrix_unused(const struct engine *engine, enum structure structure)
{
	record(engine, AS_OFFERED, structure, UNUSED);
}

void matrix_refused(const struct engine *engine, enum matrix_variant variant, enum structure structure)
{
	record(engine, variant, structure, REFUSED);
}

static bool variant_empty(unsigned row, enum matrix_variant variant)
{
	for (unsigned column = 0; column < STRUCTURES; column++)
		if (seen[row][variant][column] != UNSEEN)
			return false;
	return true;
}

static bool row_empty(unsigned row)
{
	return variant_empty(row, AS_OFFERED);
}

/* Rows of one function: they stand together, the plainest mode first. */
static bool same_function(unsigned row, unsigned other)
{
	return other < engine_count() && engine_get(other)->function == engine_get(row)->function;
}

static bool first_of_function(unsigned row)
{
	return row == 0 || !same_function(row, row - 1);
}

/* Is every structure that was looked at, in every mode of the function, accessed in this view? */
static bool all_in(unsigned first, enum view view)
{
	for (unsigned row = first; same_function(first, row); row++)
		for (unsigned column = 0; column < STRUCTURES; column++)
			if (seen[row][AS_OFFERED][column] <= VIEW_IDENTITY &&
			    seen[row][AS_OFFERED][column] != structure_view(column, view))
				return false;
	return true;
}

static bool function_empty(unsigned first)
{
	for (unsigned row = first; same_function(first, row); row++)
		if (!row_empty(row))
			return false;
	return true;
}

static const char *cell(uint8_t value)
{
	switch (value) {
	case UNSEEN:
		return "-";
	case UNUSED:
		return "unused";
	case REFUSED:
		return "refused";
	default:
		return view_name(value);
	}
}

/* The columns that have a cell in any row; found before the first line is printed. */
static bool column_used[STRUCTURES];

static void find_columns(void)
{
	for (unsigned row = 0; row < engine_count(); row++)
		for (unsigned variant = 0; variant < MATRIX_VARIANTS; variant++)
			for (unsigned column = 0; column < STRUCTURES; column++)
				column_used[column] |= seen[row][variant][column] != UNSEEN;
}

static void print_row(unsigned row, enum matrix_variant variant)
{
	const struct engine *engine = engine_get(row);
	const char *mode = variant == AS_OFFERED ? engine->mode : variant_names[variant];
	char name[80], where[PCI_NAME], text[256];
	struct text line = { text, sizeof(text), 0, false };

	if (variant_empty(row, variant) && (variant != AS_OFFERED || !virtio_engine_of(engine)))
		return;
	format(name, sizeof(name), "%s@%s%s%s", engine->kind, pci_name(engine->function, where), mode[0] ? "/" : "",
	       mode);
	append(&line, "matrix: %-34s", name);
	for (unsigned column = 0; column < STRUCTURES; column++)
		if (column_used[column])
			append(&line, " %-13s", cell(seen[row][variant][column]));
	tap_comment("%s", text);
}

/* Two sentences: the guest that follows the specification, and the one that always passes bus addresses. */
static void print_meaning(unsigned row)
{
	const struct engine *engine = engine_get(row);
	char name[32], where[PCI_NAME];

	format(name, sizeof(name), "%s@%s", engine->kind, pci_name(engine->function, where));
	if (function_empty(row)) {
		tap_comment("%s: not judged, because no view of it was seen.", name);
		return;
	}
	if (engine->view == VIEW_IDENTITY && all_in(row, VIEW_IDENTITY)) {
		tap_comment("%s: nothing here translates addresses (identity): what a guest passes is right, whichever "
			    "view it and the device take it for.", name);
		return;
	}
	if (all_in(row, engine->view))
		tap_comment("%s: a guest that follows the specification (Linux) can use it as presented: "
			    "bit 33 is %s, and the device takes %s addresses.", name,
			    engine->view == VIEW_BUS ? "offered and must be accepted" : "not offered",
			    view_name(engine->view));
	else
		tap_comment("%s: a guest that follows the specification (Linux) cannot use it as presented: "
			    "not all of its accesses are in the %s view.", name, view_name(engine->view));
	if (all_in(row, VIEW_BUS))
		tap_comment("%s: a guest that always passes bus addresses (bus_dma: NetBSD, OpenBSD) "
			    "can use it as presented%s.", name,
			    engine->view == VIEW_BUS ? ", if it accepts bit 33" : "");
	else
		tap_comment("%s: a guest that always passes bus addresses (bus_dma: NetBSD, OpenBSD) "
			    "cannot use it as presented: the device takes them for something else.", name);
}

static bool matrix_empty(void)
{
	for (unsigned row = 0; row < engine_count(); row++)
		for (unsigned variant = 0; variant < MATRIX_VARIANTS; variant++)
			if (!variant_empty(row, variant))
				return false;
	return true;
}

void matrix_print(void)
{
	char text[256];
	struct text line = { text, sizeof(text), 0, false };

	start();
	if (matrix_empty()) {
		tap_comment("matrix: no view was looked at");
		return;
	}
	find_columns();
	append(&line, "matrix: %-34s", "device and mode");
	for (unsigned column = 0; column < STRUCTURES; column++)
		if (column_used[column])
			append(&line, " %-13s", structure_names[column]);
	tap_comment("%s", text);
	for (unsigned row = 0; row < engine_count(); row++)
		for (unsigned variant = 0; variant < MATRIX_VARIANTS; variant++)
			print_row(row, variant);
	/* Only of virtio devices is there a choice of views. */
	for (unsigned row = 0; row < engine_count(); row++)
		if (virtio_engine_of(engine_get(row)) && first_of_function(row))
			print_meaning(row);
}
