#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that tests/lint/includes names each include that the table does not allow, and no other, and circles of
# folders, folders that the table forgets and exceptions that nothing needs: on projects of a few files, with a table of
# their own.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(said_by);

my $INCLUDES = dirname(abs_path(__FILE__)) . '/includes';
my $TABLE = "# a comment\n\n" . join '', map { join("\t", @$_) . "\n" } (
	['all', '<std*.h>'], ['floor', ''], ['walls', 'floor <linux/pci*>'], ['rooms/*', 'floor walls rooms/hall'],
	['rooms/hall', 'floor'], ['rooms/tower.c', 'rooms/*'], ['rooms', 'floor'], ['attic', 'any'],
);
# A case's files: those that are always there, which are in order, and its own.
my %GOOD = (
	'floor/floor.h' => '#include <stdint.h>',
	'walls/walls.c' => qq{#include "walls/walls.h"\n#include "floor/floor.h"},
	'rooms/kitchen/kitchen.c' => qq{#include "walls/walls.h"\n#include "rooms/hall/hall.h"},
);

for my $case (
	{ name => 'all in order' },
	{ name => 'upwards', files => { 'floor/floor.c' => qq{\n#include "walls/walls.h"} },
		said => ['floor/floor.c:2: walls/walls.h: floor may not include walls',
			'circle: floor -> walls -> floor'] },
	{ name => 'beside', files => { 'rooms/bath/bath.S' => '#include "rooms/kitchen/kitchen.h"' },
		said => ['rooms/bath/bath.S:1: rooms/kitchen/kitchen.h: rooms/bath may not include rooms/kitchen'] },
	{ name => 'the row with fewer stars counts', files => { 'rooms/hall/hall.c' => '#include "walls/walls.h"' },
		said => ['rooms/hall/hall.c:1: walls/walls.h: rooms/hall may not include walls'] },
	{ name => 'a star ends at a slash', files => { 'rooms/a/b/c.c' => '' },
		said => ['rooms/a/b/c.c: the table has no row for rooms/a/b'] },
	{ name => 'a folder without a row, once',
		files => { 'cellar/a.c' => '', 'cellar/b.h' => '#include "floor/floor.h"' },
		said => ['cellar/a.c: the table has no row for cellar'] },
	{ name => 'a file with a row of its own', files => { 'rooms/tower.c' => '#include "rooms/hall/hall.h"' } },
	{ name => 'is alone with it', files => { 'rooms/tower.h' => '#include "rooms/hall/hall.h"' },
		said => ['rooms/tower.h:1: rooms/hall/hall.h: rooms may not include rooms/hall'] },
	{ name => 'a system header', files => { 'walls/pci.c' => '#include <linux/pci_regs.h>' } },
	{ name => 'a system header of others', files => { 'floor/pci.c' => '#  include <linux/pci_regs.h>' },
		said => ['floor/pci.c:1: <linux/pci_regs.h>: floor may not include <linux/pci_regs.h>'] },
	{ name => 'a header without a folder', files => { 'floor/a.c' => '#include "barrier.h"' },
		said => ['floor/a.c:1: barrier.h: floor may not include barrier.h'] },
	{ name => 'any', files => { 'attic/a.c' => qq{#include "floor/floor.h"\n#include <cmocka.h>} } },
	{ name => 'an exception', but => "floor/a.c\twalls/walls.h\tthe heating",
		files => { 'floor/a.c' => '#include "walls/walls.h"' } },
	{ name => 'an exception is for one file', but => "floor/a.c\twalls/walls.h\tthe heating",
		files => { 'floor/a.c' => '#include "walls/walls.h"', 'floor/b.c' => '#include "walls/walls.h"' },
		said => ['floor/b.c:1: walls/walls.h: floor may not include walls',
			'circle: floor -> walls -> floor'] },
	{ name => 'an exception that nothing needs', but => "floor/a.c\twalls/walls.h\tthe heating",
		said => ['floor/a.c walls/walls.h: nothing needs this exception'] },
	{ name => 'a circle that the table allows', table => $TABLE =~ s/^floor\t/floor\twalls/mr,
		files => { 'floor/a.c' => '#include "walls/walls.h"' }, said => ['circle: floor -> walls -> floor'] },
	{ name => 'a circle of three', table => "one\ttwo\ntwo\tthree\nthree\tone\n" . $TABLE,
		files => { 'one/a.c' => '#include "two/a.h"', 'two/a.c' => '#include "three/a.h"',
			'three/a.c' => '#include "one/a.h"' },
		said => ['circle: one -> two -> three -> one'] },
	{ name => 'what is built', files => { 'build/a.c' => '#include "walls/walls.h"' } },
	{ name => 'other files', files => { 'floor/a.txt' => '#include "walls/walls.h"' } },
) {
	my $folder = project(%GOOD, ($case->{files} // {})->%*);
	my ($said, $status) = includes('--table', table($case), $folder);

	is($said, join('', map { "$_\n" } ($case->{said} // [])->@*), $case->{name});
	is($status, $case->{said} ? 1 : 0, "$case->{name}: exit status");
}

for my $case (
	{ words => ['--frobnicate'], like => qr/^includes: --frobnicate: not understood/ },
	{ words => ['.', 'second'], like => qr/^includes: second: not understood/ },
	{ words => ['--table'], like => qr/^includes: --table: needs a file$/ },
	{ words => ['--table', '/nonexistent'], like => qr{^includes: /nonexistent: No such file} },
	{ words => ['/nonexistent/folder'], like => qr{^includes: /nonexistent/folder: no such folder$} },
	{ words => [tempdir(CLEANUP => 1)], like => qr/: no C files$/ },
	{ words => ['--table', table({ table => "floor\t\nfloor\twalls\n" })], like => qr/:2: floor: stands twice$/ },
	{ words => ['--table', table({ table => "floor\ta\tb\n" })], like => qr/:1: floor: a row has two columns$/ },
	(map { {
		words => ['--table', table({ but => "floor/a.c\twalls/walls.h$_" })],
		like => qr/:11: an exception has a file, a header and a reason$/,
	} } '', "\t", "\tone\ttwo"),
) {
	my ($said, $status) = includes($case->{words}->@*);

	like($said, $case->{like}, "refused: $case->{like}");
	is($status, 2, 'exit status');
}

done_testing();

sub project (%files) {
	my $folder = tempdir(CLEANUP => 1);

	path("$folder/$_")->touchpath->spew_raw("$files{$_}\n") for keys %files;
	return $folder;
}

sub table ($case) {
	my $path = tempdir(CLEANUP => 1) . '/includes.tsv';

	path($path)->spew_raw(($case->{table} // $TABLE) . ($case->{but} ? "but\t$case->{but}\n" : ''));
	return $path;
}

sub includes (@words) { return said_by($^X, $INCLUDES, @words) }
