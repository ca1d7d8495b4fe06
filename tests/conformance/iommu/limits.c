/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite iommu: the limits of what a virtio-iommu translates, and of whom. The last byte of a page, the last page and
 * the last domain that it says it has, ATTACH to where an endpoint is already, the IOMMU itself, and what the
 * specification leaves to the device.
 */
#include "boot/byteorder.h"
#include "boot/frames.h"
#include "tests/conformance/iommu/rig.h"

#define PAGES	8u
#define ROW	(2 * PAGES + 1)	/* pages of memory */
#define TRIES	4u		/* of writes of random bytes, of which one may be what was there */

static void write_target(const struct iommu_rig *rig, uint64_t page, phys_addr frame, bool must)
{
	expect_landing(rig->trial, rig->engine, page + TARGET_OFFSET, frame, must);
}

/* Pages that lead to every second one of a row. */
static phys_addr memory_of(const struct iommu_rig *rig, phys_addr row, unsigned page)
{
	return (phys_addr) { row.value + (2 * page + 1) * rig->page };
}

static void write_over_border(const struct iommu_rig *rig, phys_addr row, unsigned page)
{
	phys_addr here = memory_of(rig, row, page), next = memory_of(rig, row, page + 1);
	phys_addr last = { here.value + rig->page - 8 }, between = { here.value + rig->page };
	struct frames_stray stray;

	for (unsigned i = 0; i < TRIES; i++)
		engine_transfer(rig->engine, DMA_DEVICE_WRITES, TARGET + (page + 1) * rig->page - 1,
				transfer_size(rig->engine), ENGINE_LIMIT, NULL);
	expect(rig->trial, !frames_intact(next, 8, &stray), "the write has not reached page %u", page + 1);
	expect(rig->trial, frames_intact(between, rig->page, &stray),
	       "the last byte of a page went to the memory before that of the next page");
	expect(rig->trial, !frames_intact(last, 8, &stray), "the last byte of page %u stayed as it was", page);
	frames_fill(here, 3 * rig->page);
}

/* Of several, because which of two neighbours is found for an address may hang on how they are kept. */
static void last_byte(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr row;

	if (iommu_rig_start(trial, &rig) && iommu_take_pages(&rig, ROW, &row)) {
		for (unsigned page = 0; page < PAGES; page++)
			iommu_map(&rig, rig.home, TARGET + page * rig.page, rig.page, memory_of(&rig, row, page),
				  BOTH);
		for (unsigned page = 0; page < PAGES - 1; page++)
			write_over_border(&rig, row, page);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.last-byte", last_byte,
		 "A write that begins with the last byte of a page leaves that byte in the page's own memory.",
		 .scope = &scope_iommu, .skip = needs_engine, .judged_by = EVIDENCE);

static const char *needs_far_numbers(const struct subject *subject)
{
	const char *reason = needs_engine(subject);

	return reason ? reason : needs_64_bits(subject);
}

static void input_last(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		uint64_t page = rig.iommu->input.last - (rig.page - 1);

		trial_record(trial, "addresses up to %#llx", (unsigned long long)rig.iommu->input.last);
		expect_status(trial, "MAP of the last page", iommu_map(&rig, rig.home, page, rig.page, frame, BOTH),
			      VIRTIO_IOMMU_S_OK);
		write_target(&rig, page, frame, true);
		write_target(&rig, page - rig.page, frame, false);
		expect_status(trial, "UNMAP", iommu_unmap(&rig, rig.home, page, rig.page), VIRTIO_IOMMU_S_OK);
		write_target(&rig, page, frame, false);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.input-last", input_last,
		 "The last page of input_range can be mapped and reached, and the one before it is not.",
		 .scope = &scope_iommu, .skip = needs_far_numbers, .judged_by = EVIDENCE);

static void domain_last(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		uint32_t last = rig.iommu->last_domain;

		trial_record(trial, "domains up to %#x", last);
		iommu_attach(&rig, rig.home, rig.idle);
		expect_status(trial, "ATTACH to the last domain", iommu_attach(&rig, last, rig.endpoint),
			      VIRTIO_IOMMU_S_OK);
		iommu_map(&rig, last, MEMORY, MEMORY_SIZE, (phys_addr) { MEMORY }, BOTH);
		write_target(&rig, TARGET, frame, false);
		expect_status(trial, "MAP in it", iommu_map(&rig, last, TARGET, rig.page, frame, BOTH),
			      VIRTIO_IOMMU_S_OK);
		write_target(&rig, TARGET, frame, true);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.domain-last", domain_last,
		 "An endpoint can be in the last domain of domain_range, and follows what is mapped there.",
		 .scope = &scope_iommu, .skip = needs_engine, .judged_by = EVIDENCE);

/* The engine's endpoint is alone in the spare domain. Its own memory is mapped again, which is refused where it still
 * is. */
static void again(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		iommu_attach(&rig, rig.home, rig.idle);
		expect_status(trial, "ATTACH", iommu_attach(&rig, rig.spare, rig.endpoint), VIRTIO_IOMMU_S_OK);
		iommu_map(&rig, rig.spare, MEMORY, MEMORY_SIZE, (phys_addr) { MEMORY }, BOTH);
		iommu_map(&rig, rig.spare, TARGET, rig.page, frame, BOTH);
		write_target(&rig, TARGET, frame, true);
		expect_status(trial, "ATTACH again", iommu_attach(&rig, rig.spare, rig.endpoint), VIRTIO_IOMMU_S_OK);
		iommu_map(&rig, rig.spare, MEMORY, MEMORY_SIZE, (phys_addr) { MEMORY }, BOTH);
		write_target(&rig, TARGET, frame, true);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.again", again,
		 "An ATTACH to the domain that the endpoint is in leaves its mappings.",
		 .scope = &scope_iommu, .skip = needs_engine, .clauses = "IOMMU-22", .judged_by = EVIDENCE);

/* Into a domain that leads its rings elsewhere, for as long as the device lets itself be attached. Its next answers
 * come all the same, and the engine's write arrives: the IOMMU is in no domain's reach. */
static void own(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		uint32_t itself = virtio_iommu_endpoint(rig.iommu->device->function);
		int status = iommu_attach(&rig, rig.spare, itself);

		trial_record(trial, "ATTACH of the IOMMU itself: status %d", status);
		iommu_map(&rig, rig.spare, rig.iommu->requests.area.memory.value & ~(rig.page - 1ull), rig.page,
			  frame, BOTH);
		expect_status(trial, "MAP", iommu_map(&rig, rig.home, TARGET, rig.page, frame, BOTH),
			      VIRTIO_IOMMU_S_OK);
		write_target(&rig, TARGET, frame, true);
		if (status == VIRTIO_IOMMU_S_OK)
			expect_status(trial, "DETACH of it", iommu_detach(&rig, rig.spare, itself),
				      VIRTIO_IOMMU_S_OK);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.own", own,
		 "The IOMMU without ACCESS_PLATFORM reaches its own rings, whatever is mapped and whoever is attached.",
		 .scope = &scope_iommu, .skip = needs_own_memory, .judged_by = EVIDENCE);

/* Either answer will do; then the device goes on as before. */
static void inverted(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		int mapped = iommu_map(&rig, rig.home, TARGET + 4 * rig.page, 1 - rig.page, frame, BOTH);

		trial_record(trial, "MAP to before its start: status %d", mapped);
		iommu_unmap(&rig, rig.home, TARGET, 8 * rig.page);
		expect_status(trial, "MAP", iommu_map(&rig, rig.home, TARGET, rig.page, frame, BOTH),
			      VIRTIO_IOMMU_S_OK);
		write_target(&rig, TARGET, frame, true);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.inverted", inverted,
		 "After a MAP that ends before it begins, and an UNMAP over it, the IOMMU goes on as before.",
		 .scope = &scope_iommu, .skip = needs_engine, .judged_by = EVIDENCE);

static void choices(struct trial *trial)
{
	struct virtio_iommu_req_unmap request = {
		.head.type = VIRTIO_IOMMU_T_UNMAP, .reserved = { 1 },
		.virt_start = cpu_to_le64(TARGET),
	};
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		int unmapped, detached = iommu_detach(&rig, rig.spare, rig.endpoint);

		iommu_map(&rig, rig.home, TARGET, rig.page, frame, BOTH);
		request.domain = cpu_to_le32(rig.home);
		request.virt_end = cpu_to_le64(TARGET + rig.page - 1);
		unmapped = virtio_iommu_ask(rig.iommu, &request, offsetof(typeof(request), tail));
		write_soon(rig.engine, TARGET + TARGET_OFFSET, transfer_size(rig.engine), ENGINE_LIMIT);
		trial_record(trial, "DETACH from another domain: status %d; UNMAP with a reserved field that is not 0: "
			     "status %d, and the page is %s", detached, unmapped,
			     landed(trial, frame, TARGET_OFFSET, transfer_size(rig.engine)) ? "there" : "gone");
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.choices", choices,
		 "What comes of a DETACH from another domain, and of an UNMAP whose reserved field is not 0.",
		 .scope = &scope_iommu, .skip = needs_engine, .clauses = "IOMMU-30 IOMMU-39 IOMMU-40",
		 .judged_by = RECORD);

/* READS of a page that may only be written: the faults tell whether it was refused. */
static bool reads_behind_an_iommu(unsigned candidate, const struct conformance_scope *scope)
{
	struct subject subject = { .number = candidate };

	if (!scope_domain_is_of_kind(candidate, scope))
		return false;
	scope_get(scope->of, candidate, &subject);
	return !needs_bus_view_reads(&subject);
}

static bool is_behind_an_iommu(unsigned candidate, const struct conformance_scope *scope)
{
	struct subject subject = { .number = candidate };

	if (!scope_domain_is_of_kind(candidate, scope))
		return false;
	scope_get(scope->of, candidate, &subject);
	if (needs_bus_view(&subject))
		return false;
	return !virtio_engine_of(subject.engine) || on_plain_ring(&subject);
}

static const struct conformance_scope scope_iommu_writer = {
	.of = &scope_engine, .only = is_behind_an_iommu, .kind = "virtio-iommu",
	.words = "each engine behind a virtio-iommu",
};

/* A bridge to conventional PCI puts a number of its own in the place of the function's. */
static void endpoint(struct trial *trial)
{
	const struct pci_function *function = trial->subject->engine->function;
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		virtio_iommu_drain(rig.iommu);
		rig.iommu->faults = (struct virtio_iommu_faults) { 0 };
		write_target(&rig, TARGET, frame, false);
		virtio_iommu_drain(rig.iommu);
		if (expect(trial, rig.iommu->faults.count > 0, "the IOMMU tells of no fault"))
			expect_equal(trial, "endpoint", le32_to_cpu(rig.iommu->faults.first.endpoint), rig.endpoint);
		trial_record(trial, "endpoint %#x of %02x:%02x.%x", rig.endpoint, function->bus, function->device,
			     function->function);
		rig.iommu->faults.count = 0;
		iommu_map(&rig, rig.home, TARGET, rig.page, frame, BOTH);
		if (iommu_rig_again(&rig))
			write_target(&rig, TARGET, frame, true);
		iommu_attach(&rig, rig.home, rig.idle);
		expect_status(trial, "DETACH", iommu_detach(&rig, rig.home, rig.endpoint), VIRTIO_IOMMU_S_OK);
		write_target(&rig, TARGET, frame, false);
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.endpoint", endpoint,
		 "Each function is the endpoint that its place says, or that a bridge to conventional PCI says for it.",
		 .scope = &scope_iommu_writer, .skip = needs_engine, .clauses = "IOMMU-63", .judged_by = EVIDENCE);

static const struct conformance_scope scope_iommu_reader = {
	.of = &scope_engine, .only = reads_behind_an_iommu, .kind = "virtio-iommu", .most = 1,
	.words = "one engine behind a virtio-iommu that reads memory",
};

static void write_only(struct trial *trial)
{
	struct iommu_rig rig;
	phys_addr frame;

	if (iommu_rig_start(trial, &rig) && iommu_take_page(&rig, &frame)) {
		enum engine_result result;

		iommu_map(&rig, rig.home, TARGET, rig.page, frame, VIRTIO_IOMMU_MAP_F_WRITE);
		virtio_iommu_drain(rig.iommu);
		rig.iommu->faults = (struct virtio_iommu_faults) { 0 };
		result = engine_transfer(rig.engine, DMA_DEVICE_READS, TARGET, transfer_size(rig.engine),
					 ENGINE_PATIENCE, NULL);
		virtio_iommu_drain(rig.iommu);
		trial_record(trial, "what is mapped for writes only %s read: %u faults, engine: %s",
			     rig.iommu->faults.count ? "cannot be" : "was", (unsigned)rig.iommu->faults.count,
			     engine_result_name(result));
	}
	iommu_rig_end(&rig);
}
CONFORMANCE_TEST("iommu.write-only", write_only,
		 "Whether what is mapped for writes only can be read.",
		 .scope = &scope_iommu_reader, .skip = needs_engine, .clauses = "IOMMU-38", .judged_by = RECORD);
