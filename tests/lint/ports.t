#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that a port is its folder in arch/: that tests/lint/ports names code elsewhere that knows a port, a machine or
# a chip, on projects of a few files; that the real one is clean, and stays so with one more port; and that each port
# has all that arch.h declares, and takes nothing from the rest but what is declared there.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(output_of said_by);

my $HERE = dirname(abs_path(__FILE__));
my $PROJECT = abs_path("$HERE/../..");
my $PORTS = "$HERE/ports";
my $TABLE = "# a comment\n\nall\texceptions/*\nengine\t\nwheel\tcart/wheel.* rooms/*/wheel.c\n";
my %GOOD = ('arch/toy/toy.c' => 'int toy;', 'linker/toy.S' => 'toy', 'boot/a.c' => '/* toy, wheel */');
# What a port takes from the firmware: what arch.h says, and what a compiler calls by itself.
my $FROM_US = qr/^(?:trap|boot_main|mem(?:cpy|move|set|cmp))$/;

for my $case (
	{ name => 'all in order' },
	{ name => 'a port in code', files => { 'boot/a.c' => qq{\n#include "arch/toy/toy.h"} },
		said => ['boot/a.c:2: names toy'] },
	{ name => 'its macro', files => { 'boot/a.h' => '#ifdef __TOY__' }, said => ['boot/a.h:1: names toy'] },
	{ name => 'in a string', files => { 'boot/a.c' => 'x = "a toy";' }, said => ['boot/a.c:1: names toy'] },
	{ name => 'behind a comment', files => { 'boot/a.c' => "/* one\n two */ int toy; // toy\n/* toy */ x" },
		said => ['boot/a.c:2: names toy'] },
	{ name => 'the signs of a comment in a string', files => { 'boot/a.c' => 'x = "/*"; toy = "*/";' },
		said => ['boot/a.c:1: names toy'] },
	{ name => 'another word', files => { 'boot/a.c' => 'toys(toying, atoy, toy2)' } },
	{ name => 'assembly', files => { 'boot/a.S' => 'call toy_start' }, said => ['boot/a.S:1: names toy'] },
	{ name => 'a chip in its driver', files => { 'cart/wheel.c' => 'wheel', 'cart/wheel.h' => 'WHEEL_TURN' } },
	{ name => 'a star ends at a slash', files => { 'rooms/a/wheel.c' => 'wheel', 'rooms/a/b/wheel.c' => 'wheel' },
		said => ['rooms/a/b/wheel.c:1: names wheel'] },
	{ name => 'a chip elsewhere', files => { 'cart/axle.c' => 'wheel_turn' },
		said => ['cart/axle.c:1: names wheel'] },
	{ name => 'a row without files', files => { 'cart/axle.c' => 'engine' },
		said => ['cart/axle.c:1: names engine'] },
	{ name => 'the row for all', files => { 'exceptions/a.c' => 'toy engine wheel' } },
	{ name => 'what is built', files => { 'build/a.c' => 'toy' } },
	{ name => 'other files', files => { 'boot/toy.txt' => 'toy' } },
) {
	my $folder = project({ %GOOD, ($case->{files} // {})->%* });
	my ($said, $status) = lint('--table', "$folder/ports.tsv", $folder);
	is_deeply([split /\n/, $said], $case->{said} // [], $case->{name});
	is($status, $case->{said} ? 1 : 0, "$case->{name}: exit status");
}

for my $case (['no such folder', "$HERE/none"], ['no such table', '--table', "$HERE/none", $HERE],
	['no table', '--table'], ['a bad option', '--frobnicate'], ['two folders', $HERE, $HERE]) {
	my ($name, @words) = @$case;
	my ($said, $status) = lint(@words);
	is($status, 2, "$name: exit status");
	like($said, qr/^ports: \S/, "$name: said why");
}

subtest 'this project' => \&this_project;
subtest "$_: all of arch.h, and nothing else" => sub ($port) { fulfils($port) }, $_ for ports(), 'tests/unit/host';
done_testing();

sub project ($files) {
	my $folder = tempdir(CLEANUP => 1);

	path("$folder/$_")->touchpath->spew_raw($files->{$_} // $TABLE) for keys %$files, 'ports.tsv';
	return $folder;
}

sub lint (@words) { return said_by($PORTS, @words) }

# A copy with one more port, a toy: its folder and a script are all that it adds.
sub this_project () {
	my $folder = tempdir(CLEANUP => 1);

	is((lint())[0], '', 'is as its table says');
	system('cp', '-r', map({ "$PROJECT/$_" } qw(arch boot drivers linker tests)), $folder) == 0 or die "cp: $!\n";
	system('cp', '-r', "$folder/tests/unit/host", "$folder/arch/toy") == 0 or die "cp: $!\n";
	my ($said, $status) = lint($folder);
	is($said, '', 'and with one more port');
	is($status, 0, 'exit status');
	system('sh', '-c', 'echo "int toy;" >>"$0/boot/main.c"', $folder);
	like((lint($folder))[0], qr{\Aboot/main\.c:\d+: names toy\n\z}, 'which nobody else may know');
	return;
}

# ---- What a port has -----------------------------------------------------------------------------------------------

sub ports () {
	return map { "arch/$_" } map { s{/flags\.mk$}{}r =~ s{.*/}{}r } glob "$PROJECT/arch/*/flags.mk";
}

sub declared () {
	my $text = path("$PROJECT/arch/arch.h")->slurp_raw =~ s{/\*.*?\*/}{}gsr;

	return (map { $_ => 1 } $text =~ /\b((?:arch|mmio)_\w+)\(/g, $text =~ /^extern [^;]*?(\w+)(?:\[\])?;/mg);
}

# { defined => { name => 1 }, wanted => { name => 1 } } of objects; nm is that of the port's compiler.
sub symbols ($port, @objects) {
	my %symbols = (defined => {}, wanted => {});
	my ($cross) = map { /^CROSS :=\s*(\S*)/ ? $1 : () } path("$PROJECT/$port/flags.mk")->lines_raw;

	my ($said, $status) = output_of("${cross}nm", '-g', @objects);
	die "${cross}nm: failed\n" if $status;
	for my $line (split /\n/, $said) {
		my ($kind, $name) = $line =~ /^[0-9a-f ]*([A-Za-z]) (\S+)$/ or next;
		$symbols{$kind =~ /^[Uw]$/ ? 'wanted' : 'defined'}{$name} = 1;
	}
	return \%symbols;
}

sub fulfils ($port) {
	my $built = $port =~ m{^arch/(.*)} ? "$PROJECT/build/$1" : "$PROJECT/build/unit/objects";
	my @own = glob "$built/$port/*.o";
	my @others = map { glob "$built/$_.o" } 'boot/*', 'drivers/*/*';
	my %declared = declared();

	plan skip_all => 'not built' if !@own || !@others;
	my $own = symbols($port, @own);
	my $others = symbols($port, @others);
	is_deeply([grep { !$own->{defined}{$_} } sort keys %declared], [], 'it has all of it');
	my @ours = grep { !$own->{defined}{$_} && $others->{defined}{$_} } sort keys $own->{wanted}->%*;
	is_deeply([grep { !/$FROM_US/ } @ours], [], 'it needs no more of us than arch.h says');
	return;
}
