#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that a port is a folder: a third machine that is only arch/toy in a copy of the project, with its port.mk, its
# machine.cfg and its flags.mk, is in the help texts, make's targets, choices and packages, and the plan of the gate; it
# is booted, with every set of devices, and is in what leaves the project, without a line elsewhere.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Port;
use Testing::Program qw(forget_environment said_by write_program);

my @PORTS = Gate::Port::names();
my $ROOT = dirname(dirname(dirname(abs_path(__FILE__))));
my $COPY = tempdir(CLEANUP => 1) . '/project';
my $TOY = <<'END';
# A machine that there is not.
TITLE := Toy
QEMU := qemu-system-toy
QEMU_PACKAGES := qemu-system-toys
BUILD_PACKAGES := gcc-toy
STOP_AT := set_verdict
FIRMWARES := monitor blocks
FIRMWARE_monitor := -kernel busproof.elf halt.elf
FIRMWARE_blocks := -bios busproof.blocks halt.blocks
END
my $MACHINE = <<'END';
# Two buses' worth of slots, from the second on for devices.
# gate-bus: toys.0
# gate-slots: 2-1f
# gate-places: many 3-1f
# gate-without: ide-hd
# gate-sets-by: blocks mixed

[machine]
  type = "toybox"

[memory]
  size = "128M"

[device "pvpanic"]
  driver = "pvpanic-pci"
  bus = "toys.0"
  addr = "2.0"
END
my $PASS = 'TAP version 14\n1..1\nok 1 - a.b\n# busproof: PASS\n';

my @HELP = (
	['make help', qr/^  make run-toy /m, qr/^  make debug-toy /m, qr/\bQEMU_TOY=/, qr/^ +on toy: monitor blocks$/m],
	['./busproof --help', qr/ and Toy under QEMU/, qr/\|toy\|CONFIG/],
	['tests/gate/boot --help', qr/--machine \S*\|toy /, qr/ or toy, for --devices/, qr/QEMU_TOY /,
		qr/ on toy: monitor or blocks;/],
	['tests/gate/fuzz-machines --help', qr/ or toy only/],
);
my @REFUSED = (
	['make -o images -o build/toy/busproof.elf run-toy FIRMWARE=prom QEMU_TOY=qemu/qemu-system-toy',
		qr/--firmware prom: none of: monitor blocks/],
	['make -n run-toy QEMU_TOY=', qr/QEMU_TOY=: is empty/],
	['make -n run-aarch64 FIRMWARE=blocks', qr/run-aarch64 does not read it; it is for: .*\brun-toy debug-toy/],
	['make -n run FIRMWARE=x', qr/FIRMWARE=x: is none of: .*\bmonitor blocks/],
	['tests/gate/boot --machine vax --devices on', qr/none of @{[join ', ', @PORTS]}, toy /],
	['tests/gate/boot --machine toy --devices on --qemu qemu --firmware prom',
		qr/--firmware prom: none of: monitor blocks/],
	['tests/gate/runs', qr/^gate: qemu-system-toy: there is no such program in PATH/m],
	['./busproof run vax', qr/none of @PORTS toy,/],
);

forget_environment(qw(BUSPROOF_ QEMU SETS$ SHARD$ DEVICES$ APPEND$));
make_copy();
for my $help (@HELP) {
	my ($words, @like) = @$help;
	my ($text) = said($words);
	like($text, $_, "$words has it") for @like;
}
for my $refused (@REFUSED) {
	my ($words, $like) = @$refused;
	my ($text, $status) = said($words);
	like($text, $like, "$words is refused");
	isnt($status, 0, 'and fails');
}
subtest 'make' => \&targets;
subtest 'the gate' => \&gate;
subtest 'a port without a fact' => \&lacking;
done_testing();

sub write_file ($name, $text) { return path("$COPY/$name")->touchpath->spew_raw($text) }

sub make_copy () {
	mkdir $COPY or die "$COPY: $!\n";
	my @parts = qw(busproof Makefile choices.mk ports.mk release.mk arch boot drivers linker tests);

	system('cp', '-R', (map { "$ROOT/$_" } @parts), $COPY) == 0 or die "$COPY: cp failed\n";
	write_file('arch/toy/port.mk', $TOY);
	write_file('arch/toy/machine.cfg', $MACHINE);
	write_file('arch/toy/flags.mk', "CROSS := toy-\nLINKER_SCRIPT := linker/toy.ld\n");
	write_file("build/$_", '') for qw(tools compilers toy/busproof.elf toy/busproof.blocks);
	write_program("$COPY/qemu/qemu-system-toy", "#!$^X\nprint qq{$PASS};\n");
	return;
}

sub said ($words) { return said_by('sh', '-c', "cd '$COPY' && exec $words") }

sub targets () {
	my ($setup) = said('make -n UNIT_TESTS= setup');
	my ($run) = said('make -n -o images UNIT_TESTS= run FIRMWARE=blocks');
	my ($objects) = said('make -n UNIT_TESTS= V=1 build/toy/boot/tap.o');

	like($setup, qr/ in .*gcc-toy qemu-system-toys /, 'its packages are installed');
	like($run, qr/boot --machine toy [^;]*--firmware blocks --show/, 'it is booted');
	unlike($run, qr/boot --machine (?!toy)[^;]*--firmware/, 'and its firmware is for no other');
	like($objects, qr/toy-gcc .* -Iarch\/toy .*boot\/tap\.c/, 'it has images');
	my ($archive) = said('make -n -o release-images UNIT_TESTS= install DESTDIR=/nowhere');
	like($archive, qr{ arch/toy/$_ }, "an installation has its $_") for qw(port.mk machine.cfg);
	return;
}

sub gate () {
	my @runs = grep { !/^gate: / } split /\n/, (said('env QEMUS=./qemu tests/gate/runs'))[0];
	my @sets = map { s{.*/}{}r =~ s/\.cfg$//r } glob "\Q$COPY\E/tests/gate/sets/*.cfg";
	my ($config) = said('tests/gate/boot --machine toy --devices engines --print-config');
	my ($mixed) = said('env QEMUS=./qemu tests/gate/boot --run gate/.-qemu/toy-mixed --print-command');
	my ($boot) = said('tests/gate/boot --machine toy --devices none --qemu qemu');

	# It lets a set say nothing of the machine itself.
	my ($else) = said('grep -l "^# gate-for: .*=" tests/gate/sets/*.cfg');
	my @for = grep { $else !~ m{/\Q$_\E\.cfg$}m } @sets;
	is_deeply([sort @runs], [sort map { "gate/.-qemu/toy-$_" } @for],
		'the plan has it with every set that is for it');
	like($config, qr/type = "toybox".*bus = "toys\.0"\n  addr = "3\.0"/s, 'devices are on its bus');
	unlike($config, qr/ide-hd|disk-ide/, 'without those that it has not');
	like($mixed, qr/ -bios \S*busproof\.blocks/, 'and started as it says');
	like($boot, qr/^ok 1 - a\.b$/m, 'it is booted');
	for my $set (@sets) {
		like((said("tests/gate/boot --machine toy --devices $set --print-config"))[0], qr/^\[machine\]/m,
			"the set $set");
	}
	return;
}

sub lacking () {
	write_file('arch/toy/port.mk', $TOY =~ s/^STOP_AT.*\n//mr);
	like((said('tests/gate/boot --help'))[0], qr{arch/toy/port\.mk: does not say STOP_AT$}, 'is named');
	write_file('arch/toy/port.mk', $TOY =~ s/:= Toy/Toy/r);
	like((said('tests/gate/boot --help'))[0], qr{arch/toy/port\.mk line 2: not understood: TITLE Toy$},
		'and so is a bad line');
	return;
}
