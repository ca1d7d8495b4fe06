#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that the evidence of what fails can be used as it stands: a YAML parser reads every block as it is meant, the
# source it names is that of the test, and from another folder its commands run the point alone, and stop a debugger
# at its verdict. What boot prints for a debugger that wants to see all of a run stands beside them.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Path::Tiny qw(path);
use Test::More;
use YAML::XS qw(Load);

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Port;
use Testing::Program qw(run);

use constant SECONDS => 60;
use constant FIRST => 'cpu.uncaught-trap/unaligned-load';

my $ROOT = dirname(dirname(dirname(abs_path(__FILE__))));

for my $machine (grep { -e "$ROOT/build/$_/busproof.elf" } Gate::Port::names()) {
	my %blocks = blocks(said("$ROOT/tests/gate/boot", '--machine', $machine, '--devices', 'mixed',
		'--append', 'deviations=off tests=cpu.uncaught-trap/*,virtio.*'));

	subtest "$machine: blocks" => sub { judge_blocks(%blocks) };
	subtest "$machine: commands" => sub { judge_commands(FIRST, $blocks{+FIRST}) };
	subtest "$machine: from the start" => sub { judge_start($machine) };
}
done_testing();

sub said (@command) { return run('/', 'timeout', SECONDS, @command)->{said} }

# { name => block } of all points that have one; undef where it does not parse.
sub blocks ($text) {
	my %blocks;

	while ($text =~ /^(?:not )?ok \d+ - (\S.*?)(?: # .*)?\n(  ---\n(?:  .*\n)*?  \.\.\.\n)/mg) {
		my ($name, $block) = ($1, $2);
		$blocks{$name} = eval { Load($block =~ s/^  //mgr) };
	}
	return %blocks;
}

sub judge_blocks (%blocks) {
	my @lists = grep { defined } map { ref $_ ? $_->{clauses} : () } values %blocks;
	my @wrong = grep { ref $blocks{$_} ne 'HASH' || (!/^host:/ && !names_its_test($_, $blocks{$_}{source})) }
		sort keys %blocks;

	cmp_ok(scalar keys %blocks, '>', 10, 'there are some');
	is("@wrong", '', 'all are maps, and name the source of their test');
	cmp_ok(scalar @lists, '>', 0, 'some have clauses');
	is(scalar(grep { ref $_ ne 'ARRAY' || !@$_ || grep { !/^[A-Z0-9]+-[\w.-]+$/ } @$_ } @lists), 0,
		'which are lists of ids');
	cmp_ok(scalar(grep { ref $_ eq 'ARRAY' && @$_ > 1 } @lists), '>', 0, 'also of several');
	return;
}

# The line that a block names declares the test of the point.
sub names_its_test ($name, $source) {
	my ($path, $number) = ($source // '') =~ /^(\S+):(\d+)$/ or return 0;
	my ($test) = $name =~ m{^([^/]+)};
	my @lines = -e "$ROOT/$path" ? path("$ROOT/$path")->lines_raw : return 0;

	return join('', @lines[$number - 1 .. ($number + 2 < @lines ? $number + 2 : $#lines)]) =~ /"\Q$test\E"/;
}

sub judge_commands ($name, $block) {
	my $rerun = said('sh', '-c', $block->{rerun});
	my $debug = said('sh', '-c', "$block->{debug} -batch -ex 'backtrace 6' -ex kill </dev/null");

	like($rerun, qr/^1\.\.1\r?$/m, 'the point runs alone');
	like($rerun, qr/^not ok 1 - \Q$name\E\r?$/m, 'and fails again');
	like($debug, qr/^Breakpoint 1, .*set_verdict \(/m, 'a debugger stops at its verdict') or diag($debug);
	like($debug, qr/^#\d+ .* (?:run_trial|note_trap|call_test) \(/m, 'and shows how it came to it');
	return;
}

# Whoever has looked at enough leaves gdb, and QEMU must not go on by itself. What is said goes through a file, which a
# QEMU that does go on cannot hold open for us.
sub judge_start ($machine) {
	my $command = said("$ROOT/tests/gate/boot", '--machine', $machine, '--devices', 'none', '--print-debugger');
	my $file = Path::Tiny->tempfile;

	said('sh', '-c', $command =~ s/\n\z//r . " -ex 'break boot_main' -ex continue -ex quit </dev/null >$file 2>&1");
	my $said = $file->slurp_raw;
	like($said, qr/^Breakpoint 1, .*boot_main \(/m, 'nothing has run when gdb is there') or diag($said);
	like($said, qr/\bwill be killed\b/, 'QEMU ends with gdb') or diag($said);
	return;
}
