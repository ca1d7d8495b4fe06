/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.device: device-specific configuration through the modern interface, little-endian on every machine.
 *
 * Source: VIRTIO 1.4, section 2.5, and each device type's configuration layout.
 */
#include "tests/conformance/probe/config_fields.h"
#include "tests/conformance/probe/virtio_type.h"

static const char *needs_modern_fields(const struct subject *subject)
{
	if (subject->device->fault[0])
		return subject->device->fault;
	return config_has_fields(subject->device) ? NULL :
	       "devices of this type have no field that a byte order shows in";
}

static const char *needs_modern_config(const struct subject *subject)
{
	if (subject->device->fault[0])
		return subject->device->fault;
	return virtio_type_config(subject->device) && subject->device->config.present ? NULL :
		"devices of this type have no configuration";
}

/* Through the modern interface a driver must use each field's own width, so that a device may do what it likes with
 * others. */
static void modern_widths(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	unsigned width;
	uint8_t single, wide;
	int at;

	if (!virtio_negotiate(device, device->offered & (VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM))) {
		trial_error(trial, "FEATURES_OK does not stick");
		return;
	}
	at = config_first_difference(device, &width, &single, &wide);
	virtio_reset(device);
	if (at < 0)
		trial_record(trial, "accesses of 8, 16 and 32 bits see the same configuration");
	else
		trial_record(trial, "byte %d of the configuration is %#x, but %#x in an access of %u bytes", at, single,
			     wide, width);
}
CONFORMANCE_TEST("virtio.device.config-widths", modern_widths,
		 "Records whether the modern interface answers in other widths than a field's own.",
		 .scope = &scope_virtio_device, .skip = needs_modern_config, .clauses = "DEF-4", .judged_by = RECORD);

/*
 * Through the modern interface they are little-endian, before any feature was accepted as well as after (a driver may
 * read them to find out whether it can accept the device).
 */
static void modern_order(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	uint64_t after[CONFIG_FIELDS], before;

	if (!config_read_modern(trial, device, after))
		return;
	for (unsigned i = 0; i < CONFIG_FIELDS; i++) {
		const struct config_field *field = &config_fields[i];

		if (!config_has_field(device, field) || !config_read_field(trial, device, field, &before))
			continue;
		expect(trial, config_in_order(device, field, after[i]), "%s is %#llx, as if not little-endian",
		       field->name, (unsigned long long)after[i]);
		if (before != after[i])
			trial_fail(trial, "%s is %#llx before features are accepted, and %#llx after", field->name,
				   (unsigned long long)before, (unsigned long long)after[i]);
	}
}
CONFORMANCE_TEST("virtio.device.config-order", modern_order,
		 "Fields of the modern configuration are little-endian, before features are accepted and after.",
		 .scope = &scope_virtio_device, .skip = needs_modern_fields, .clauses = "DEF-4 CFG-1",
		 .judged_by = FUNCTIONAL);
