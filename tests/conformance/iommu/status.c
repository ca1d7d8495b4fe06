/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite iommu: the configuration of a virtio-iommu, and what it answers to requests that it must refuse, each beside
 * the same request without the fault. What a good one does to DMA is work.c's.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "tests/conformance/iommu/rig.h"

/* A request as one that is good, and what is wrong with it. The idle endpoint is in the spare domain, which has two
 * pages mapped from TARGET on. */
struct status_row {
	const char *name;
	uint8_t type;			/* VIRTIO_IOMMU_T_* */
	bool no_domain, no_endpoint;	/* one that is not there, in place of the spare one and the idle one */
	uint8_t head_reserved, reserved;
	uint32_t flags;			/* MAP: beside READ and WRITE */
	int32_t start, end, memory;	/* bytes to be added to TARGET, the end of its first page, a page's memory */
	int expected;			/* VIRTIO_IOMMU_S_*; VIRTIO_IOMMU_SILENT: used with nothing written */
};

#define PAGE	((int32_t)FRAME_SIZE)	/* as the rows count: a page of the domain may be larger */
#define FREE	(4 * PAGE)		/* from here on nothing is mapped */

static const struct status_row rows[] = {
	{ "attach", VIRTIO_IOMMU_T_ATTACH, .expected = VIRTIO_IOMMU_S_OK },
	{ "attach-head", VIRTIO_IOMMU_T_ATTACH, .head_reserved = 0xff, .expected = VIRTIO_IOMMU_S_OK },
	{ "attach-reserved", VIRTIO_IOMMU_T_ATTACH, .reserved = 1, .expected = VIRTIO_IOMMU_S_INVAL },
	{ "attach-flags", VIRTIO_IOMMU_T_ATTACH, .flags = 0x80000000, .expected = VIRTIO_IOMMU_S_INVAL },
	{ "attach-missing", VIRTIO_IOMMU_T_ATTACH, .no_endpoint = true, .expected = VIRTIO_IOMMU_S_NOENT },
	{ "detach", VIRTIO_IOMMU_T_DETACH, .expected = VIRTIO_IOMMU_S_OK },
	{ "detach-reserved", VIRTIO_IOMMU_T_DETACH, .reserved = 1, .expected = VIRTIO_IOMMU_S_OK },
	{ "detach-missing", VIRTIO_IOMMU_T_DETACH, .no_endpoint = true, .expected = VIRTIO_IOMMU_S_NOENT },
	{ "map", VIRTIO_IOMMU_T_MAP, .start = FREE, .end = FREE, .expected = VIRTIO_IOMMU_S_OK },
	{ "map-start", VIRTIO_IOMMU_T_MAP, .start = FREE + 1, .end = FREE, .expected = VIRTIO_IOMMU_S_RANGE },
	{ "map-end", VIRTIO_IOMMU_T_MAP, .start = FREE, .end = FREE - 1, .expected = VIRTIO_IOMMU_S_RANGE },
	{ "map-memory", VIRTIO_IOMMU_T_MAP, .start = FREE, .end = FREE, .memory = 1,
	  .expected = VIRTIO_IOMMU_S_RANGE },
	{ "map-same", VIRTIO_IOMMU_T_MAP, .end = PAGE, .expected = VIRTIO_IOMMU_S_INVAL },
	{ "map-over", VIRTIO_IOMMU_T_MAP, .start = PAGE, .end = FREE, .expected = VIRTIO_IOMMU_S_INVAL },
	{ "map-flags", VIRTIO_IOMMU_T_MAP, .start = FREE, .end = FREE, .flags = 0x80000000,
	  .expected = VIRTIO_IOMMU_S_INVAL },
	{ "map-no-domain", VIRTIO_IOMMU_T_MAP, .no_domain = true, .start = FREE, .end = FREE,
	  .expected = VIRTIO_IOMMU_S_NOENT },
	{ "unmap", VIRTIO_IOMMU_T_UNMAP, .end = PAGE, .expected = VIRTIO_IOMMU_S_OK },
	{ "unmap-gaps", VIRTIO_IOMMU_T_UNMAP, .end = FREE, .expected = VIRTIO_IOMMU_S_OK },
	{ "unmap-nothing", VIRTIO_IOMMU_T_UNMAP, .start = FREE, .end = FREE, .expected = VIRTIO_IOMMU_S_OK },
	{ "unmap-part", VIRTIO_IOMMU_T_UNMAP, .expected = VIRTIO_IOMMU_S_RANGE },
	{ "unmap-no-domain", VIRTIO_IOMMU_T_UNMAP, .no_domain = true, .expected = VIRTIO_IOMMU_S_NOENT },
	{ "unknown-type", 0x55, .expected = VIRTIO_IOMMU_SILENT },
};
#define ROWS	(sizeof(rows) / sizeof(rows[0]))

static void name_row(struct subject *subject)
{
	struct text name = { subject->name, SUBJECT_NAME, strlen(subject->name), false };

	append(&name, "/%s", rows[subject->number].name);
}

static const struct conformance_scope scope_status = {
	.of = &scope_iommu, .rows = ROWS, .complete = name_row, .words = "each virtio-iommu and request",
};

union iommu_request {
	struct virtio_iommu_req_head head;
	struct virtio_iommu_req_attach attach;
	struct virtio_iommu_req_detach detach;
	struct virtio_iommu_req_map map;
	struct virtio_iommu_req_unmap unmap;
};

/* What a row says, where its pages are the domain's, and the bytes more or less stay as many. */
static uint64_t in_pages(const struct iommu_rig *rig, int32_t bytes)
{
	int32_t pages = (bytes + PAGE / 2) / PAGE;

	return (uint64_t)pages * rig->page + (uint64_t)(int64_t)(bytes - pages * PAGE);
}

/* The domain stands behind the head in all of them. Returns the bytes before the tail. */
static uint32_t make_request(const struct iommu_rig *rig, const struct status_row *row, phys_addr frame,
			     union iommu_request *request)
{
	uint32_t endpoint = cpu_to_le32(row->no_endpoint ? NO_ENDPOINT : rig->idle);
	uint64_t start = cpu_to_le64(TARGET + in_pages(rig, row->start));
	uint64_t end = cpu_to_le64(TARGET + rig->page - 1 + in_pages(rig, row->end));

	*request = (union iommu_request) { .attach.head.type = row->type };
	memset(request->head.reserved, row->head_reserved, sizeof(request->head.reserved));
	request->attach.domain = cpu_to_le32(row->no_domain ? rig->spare + 1 : rig->spare);
	switch (row->type) {
	case VIRTIO_IOMMU_T_DETACH:
		request->detach.endpoint = endpoint;
		request->detach.reserved[7] = row->reserved;
		return offsetof(struct virtio_iommu_req_detach, tail);
	case VIRTIO_IOMMU_T_MAP:
		request->map.virt_start = start;
		request->map.virt_end = end;
		request->map.phys_start = cpu_to_le64(frame.value + row->memory);
		request->map.flags = cpu_to_le32(BOTH | row->flags);
		return offsetof(struct virtio_iommu_req_map, tail);
	case VIRTIO_IOMMU_T_UNMAP:
		request->unmap.virt_start = start;
		request->unmap.virt_end = end;
		return offsetof(struct virtio_iommu_req_unmap, tail);
	default:
		request->attach.endpoint = endpoint;
		request->attach.flags = cpu_to_le32(row->flags);
		request->attach.reserved[3] = row->reserved;
		return offsetof(struct virtio_iommu_req_attach, tail);
	}
}

/* One that has come in time, but with nothing written, leaves its tail as it was: all ones. */
static void expect_tail(const struct iommu_rig *rig, uint32_t size, int expected)
{
	const struct virtio_iommu_req_tail *tail =
		(const struct virtio_iommu_req_tail *)((const char *)arch_pointer(rig->iommu->request.memory) + size);
	unsigned fill = expected == VIRTIO_IOMMU_SILENT ? 0xff : 0;

	for (unsigned i = 0; i < sizeof(tail->reserved); i++)
		expect_equal(rig->trial, "reserved byte of the tail", tail->reserved[i], fill);
	expect(rig->trial, rig->iommu->up, "the request has not come back");
}

static void status(struct trial *trial)
{
	const struct status_row *row = &rows[trial->subject->number];
	union iommu_request request;
	struct iommu_rig rig;
	phys_addr frame;
	uint32_t size;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		expect_status(trial, "MAP of two pages",
			      iommu_map(&rig, rig.spare, TARGET, 2 * rig.page, frame, VIRTIO_IOMMU_MAP_F_READ), 0);
		size = make_request(&rig, row, frame, &request);
		if (expect_status(trial, row->name, virtio_iommu_ask(rig.iommu, &request, size), row->expected))
			expect_tail(&rig, size, row->expected);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.status", status,
		 "Each request is answered with the status that it deserves, and with zeroes behind it.",
		 .scope = &scope_status, .skip = needs_engine, .judged_by = FUNCTIONAL,
		 .clauses = "IOMMU-11 IOMMU-12 IOMMU-13 IOMMU-14 IOMMU-16 IOMMU-17 IOMMU-18 IOMMU-28 IOMMU-29 "
			    "IOMMU-32 IOMMU-33 IOMMU-34 IOMMU-35 IOMMU-41 IOMMU-45");

static void offers(struct trial *trial)
{
	const struct virtio_iommu *iommu = virtio_iommu_of(trial->subject->engine->function->domain);
	uint64_t offered = iommu->device->offered;

	trial_record(trial, "features %#llx, page sizes %#llx", (unsigned long long)offered,
		     (unsigned long long)iommu->page_sizes);
	expect(trial, offered & VIRTIO_BIT(VIRTIO_IOMMU_F_MAP_UNMAP), "MAP_UNMAP is not offered");
	expect(trial, !(offered & VIRTIO_BIT(VIRTIO_IOMMU_F_BYPASS)), "BYPASS is offered");
	expect(trial, iommu->page_sizes != 0, "page_size_mask is 0");
}
CONFORMANCE_TEST("iommu.offers", offers,
		 "MAP_UNMAP is offered, the old BYPASS is not, and there is a page size.",
		 .scope = &scope_iommu, .skip = needs_engine, .judged_by = FUNCTIONAL,
		 .clauses = "IOMMU-1 IOMMU-2 IOMMU-3 IOMMU-4 IOMMU-5");
