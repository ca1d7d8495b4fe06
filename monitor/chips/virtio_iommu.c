/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a virtio-iommu shows of itself: features, its configuration, and the endpoints that busproof has put into its
 * domain. It is a function among the others, and its configuration is read as a driver reads it.
 *
 * Source: VIRTIO 1.4, sections 4.1.4.3 and 5.13.
 */
#include "drivers/iommu/virtio_iommu.h"
#include "monitor/command.h"
#include "monitor/registers.h"

#define CONFIG(field)	offsetof(struct virtio_iommu_config, field)
/* Of the common configuration. */
#define COMMON_DEVICE_FEATURE	0x04
#define COMMON_DRIVER_FEATURE	0x0c
#define COMMON_DEVICE_STATUS	0x14

static struct dma_domain *its_domain(void)
{
	for (unsigned i = 0; domain_get(i); i++)
		if (virtio_iommu_of(domain_get(i)))
			return domain_get(i);
	return NULL;
}

static struct virtio_iommu *iommu(void)
{
	return virtio_iommu_of(its_domain());
}

static const char *viommu_where(void)
{
	static char name[PCI_NAME];

	return iommu() ? pci_name(iommu()->device->function, name) : NULL;
}

static bool read_common(const struct monitor_register *reg, uint64_t *value)
{
	const struct virtio_device *device = iommu()->device;

	switch (reg->offset) {
	case COMMON_DEVICE_FEATURE:
		*value = device->transport->offered(device);
		return true;
	case COMMON_DRIVER_FEATURE:
		*value = device->accepted;
		return true;
	default:
		*value = device->transport->status(device);
		return true;
	}
}

/* Without its feature a field means nothing, and is not asked for. */
static bool read_config(const struct monitor_register *reg, uint64_t *value)
{
	static const struct {
		uint32_t offset;
		unsigned feature;
	} conditions[] = {
		{ CONFIG(input_range.start), VIRTIO_IOMMU_F_INPUT_RANGE },
		{ CONFIG(input_range.end), VIRTIO_IOMMU_F_INPUT_RANGE },
		{ CONFIG(domain_range.start), VIRTIO_IOMMU_F_DOMAIN_RANGE },
		{ CONFIG(domain_range.end), VIRTIO_IOMMU_F_DOMAIN_RANGE },
		{ CONFIG(probe_size), VIRTIO_IOMMU_F_PROBE },
		{ CONFIG(bypass), VIRTIO_IOMMU_F_BYPASS_CONFIG },
	};
	static const uint32_t widths[] = { [READ_8] = 1, [READ_LE32] = 4, [READ_LE64] = 8 };
	const struct virtio_device *device = iommu()->device;

	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (conditions[i].offset == reg->offset &&
		    !(device->transport->offered(device) & VIRTIO_BIT(conditions[i].feature)))
			return false;
	return virtio_config_read(device, reg->offset, widths[reg->access], value);
}

/* Functions in the domain, by the number that the device knows them by; and what it has told of. */
static void say_endpoints(void)
{
	const struct virtio_iommu *device = iommu();
	char name[PCI_NAME];

	say("  domain %x of the device, of %x at most:\n", device->domain, device->last_domain);
	for (unsigned i = 0; i < pci_count() && !say_stopped(); i++)
		if (pci_get(i)->domain == its_domain() && !pci_is_bridge(pci_get(i)))
			say("    endpoint %x: %s\n", virtio_iommu_endpoint(pci_get(i)), pci_name(pci_get(i), name));
	say("  %s; %llu faults that nobody has read\n", device->up ? "it takes requests" : "it takes no requests",
	    (unsigned long long)device->faults.count);
}

#define FEATURES \
	FIELDS({ VIRTIO_BIT(VIRTIO_IOMMU_F_INPUT_RANGE), "INPUT_RANGE" }, \
	       { VIRTIO_BIT(VIRTIO_IOMMU_F_DOMAIN_RANGE), "DOMAIN_RANGE" }, \
	       { VIRTIO_BIT(VIRTIO_IOMMU_F_MAP_UNMAP), "MAP_UNMAP" }, \
	       { VIRTIO_BIT(VIRTIO_IOMMU_F_BYPASS), "BYPASS" }, { VIRTIO_BIT(VIRTIO_IOMMU_F_PROBE), "PROBE" }, \
	       { VIRTIO_BIT(VIRTIO_IOMMU_F_MMIO), "MMIO" }, \
	       { VIRTIO_BIT(VIRTIO_IOMMU_F_BYPASS_CONFIG), "BYPASS_CONFIG" }, VIRTIO_FEATURES)

static const struct monitor_register common_registers[] = {
	{ "device_feature", COMMON_DEVICE_FEATURE, READ_LE64, false, FEATURES },
	{ "driver_feature", COMMON_DRIVER_FEATURE, READ_LE64, false, FEATURES },
	{ "device_status", COMMON_DEVICE_STATUS, READ_8, true, FIELDS(VIRTIO_STATUS) },
};

static const struct monitor_register config_registers[] = {
	{ "page_size_mask", CONFIG(page_size_mask), READ_LE64, false, NULL },
	{ "input_range.start", CONFIG(input_range.start), READ_LE64, false, NULL },
	{ "input_range.end", CONFIG(input_range.end), READ_LE64, false, NULL },
	{ "domain_range.start", CONFIG(domain_range.start), READ_LE32, false, NULL },
	{ "domain_range.end", CONFIG(domain_range.end), READ_LE32, false, NULL },
	{ "probe_size", CONFIG(probe_size), READ_LE32, false, NULL },
	{ "bypass", CONFIG(bypass), READ_8, false, FIELDS({ 1, "endpoints-in-no-domain-reach-memory" }) },
};

static const struct monitor_bank common = {
	.compatible = "virtio-iommu", .title = "VIOMMU-common", .registers = common_registers,
	.count = sizeof(common_registers) / sizeof(common_registers[0]), .where = viommu_where, .read = read_common,
};
MONITOR_BANK(common);

static const struct monitor_bank config = {
	.compatible = "virtio-iommu", .title = "VIOMMU", .registers = config_registers,
	.count = sizeof(config_registers) / sizeof(config_registers[0]), .where = viommu_where, .read = read_config,
	.more = say_endpoints,
};
MONITOR_BANK(config);
