#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that each program that `make lint` runs is heard: a fault of the kind that it is for is put into a copy of a
# file, and the command of that program must name the place and fail. The same file without the fault must pass.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(forget_environment run);

my $ROOT = dirname(dirname(dirname(abs_path(__FILE__))));
my $COPY = tempdir(CLEANUP => 1) . '/copy';
# What the makefiles read before they know what is wanted, and what the commands of lint are told by.
my @NEEDED = qw(Makefile ports.mk choices.mk release.mk .clang-format .clang-tidy .reuse LICENSE LICENSES arch boot
	drivers tests/lint tests/gate ci);

forget_environment();
path("$COPY/$_")->mkdir for qw(tests build);
system('cp', '-R', "$ROOT/$_", "$COPY/$_") == 0 or die "$_: cp failed\n" for @NEEDED;
# Known to be there: the compilers and QEMUs that this copy was checked with.
path("$COPY/build/tools")->touch;

for my $case (
	{ command => 'lint-shell', file => 'ci/scripts/common.sh', add => "\nrm -rf \$HOME/\$1\n",
		like => qr{^ci/scripts/common\.sh:\d+:\d+: note: Double quote .*\[SC2086\]$}m },
	{ command => 'lint-perl', file => 'tests/gate/lib/Gate/File.pm', add => "sub spoiled { eval \"1;\" }\n",
		like => qr{^tests/gate/lib/Gate/File\.pm:\d+:\d+: .*\[BuiltinFunctions::ProhibitStringyEval\]$}m },
	{ command => 'lint-cppcheck', file => 'boot/glob.c',
		add => "int spoiled(void) { int a[2]; return a[2] = 1; }\n",
		like => qr{^boot/glob\.c:\d+:\d+: .*\[arrayIndexOutOfBounds\]$}m },
	{ command => 'lint-analyzer', file => 'boot/glob.c',
		add => "int spoiled(int *p);\nint spoiled(int *p) { if (!p) return *p; return 0; }\n",
		like => qr{^boot/glob\.c:\d+:\d+: error: dereference of NULL .*analyzer-null-dereference\]$}m },
	{ command => 'lint-analyzer', file => 'arch/sparc64/power.c',
		add => "int spoiled(int *p);\nint spoiled(int *p) { if (!p) return *p; return 0; }\n",
		like => qr{^arch/sparc64/power\.c:\d+:\d+: error: dereference of NULL }m },
	{ command => 'lint-tidy', file => 'boot/glob.c',
		add => "unsigned spoiled(void) { return sizeof(sizeof(int)); }\n",
		like => qr{/boot/glob\.c:\d+:\d+: error: .*\[bugprone-sizeof-expression}m },
	{ command => 'lint-format', file => 'boot/glob.c', add => "void spoiled(int  a){ a=1; }\n",
		like => qr{^boot/glob\.c:\d+: the format is another:$}m },
) {
	my ($command, $file) = @$case{qw(command file)};
	my $text = path("$ROOT/$file")->slurp_raw;

	subtest "$command, $file" => sub {
		good($command, "FILES=$file");
		path("$COPY/$file")->spew_raw($text . $case->{add});
		my ($said, $status) = make($command, "FILES=$file");
		like($said, $case->{like}, 'the fault is named');
		isnt($status, 0, 'and fails');
		path("$COPY/$file")->spew_raw($text);
	};
}

# REUSE-IgnoreStart
subtest 'a file without its licence' => sub {
	path("$COPY/boot/spoiled.h")->spew_raw("/* Nothing. */\n");
	my ($said, $status) = make('lint-licences');
	like($said, qr{^boot/spoiled\.h: no SPDX-License-Identifier of BSD-2-Clause$}m, 'is named');
	isnt($status, 0, 'and fails');
	path("$COPY/boot/spoiled.h")->spew_raw("/* SPDX-License-Identifier: GPL-2.0-only */\n");
	($said, $status) = make('lint-licences');
	like($said, qr{^boot/spoiled\.h: no SPDX-License-Identifier}m, 'so is another licence');
	path("$COPY/boot/spoiled.h")->spew_raw("/* SPDX-License-Identifier: BSD-2-Clause */\n");
	path("$COPY/LICENSES/MIT.txt")->spew_raw("Text.\n");
	($said, $status) = make('lint-licences');
	like($said, qr{Unused licenses: MIT}, 'so is what the REUSE specification does not want');
	isnt($status, 0, 'and fails');
	unlink "$COPY/boot/spoiled.h", "$COPY/LICENSES/MIT.txt";
};
# REUSE-IgnoreEnd

subtest 'a line that a sabotage changes' => sub {
	path("$COPY/tests/sabotage")->mkdir;
	system('cp', '-R', (map { "$ROOT/tests/sabotage/$_" } qw(sabotage lib lint.list)), "$COPY/tests/sabotage") == 0
		or die "cp failed\n";
	good('lint-places');
	path("$COPY/tests/lint/lines")->append_raw("\n# Nothing.\n");
	good('lint-places');
	path("$COPY/tests/lint/lint.mk")->edit_raw(sub { s/^ANALYZER := .*/ANALYZER := -fanalyzer/m });
	my ($said, $status) = make('lint-places');
	like($said, qr{^ERROR +the-analyzer-is-not-asked: what it changes in tests/lint/lint\.mk stands there 0 times}m,
		'is named when it is gone');
	isnt($status, 0, 'and fails');
	copy("$ROOT/tests/lint/lint.mk", "$COPY/tests/lint/lint.mk") or die "copy: $!\n";
};

subtest 'what was looked at' => sub {
	good('lint-shell');
	is((make('lint-shell'))[0], '', 'is not looked at again');
	path("$COPY/ci/scripts/common.sh")->append_raw("echo \$1\n");
	isnt((make('lint-shell'))[1], 0, 'until it changes');
	isnt((make('lint-shell'))[1], 0, 'nor is a fault forgotten');
	copy("$ROOT/ci/scripts/common.sh", "$COPY/ci/scripts/common.sh") or die "copy: $!\n";
	good('lint-shell');
};

subtest 'a program that is not installed' => sub {
	my $bin = tempdir(CLEANUP => 1);

	for my $name (qw(make sh find xargs awk sort uname git nproc mkdir touch cat)) {
		my ($path) = grep { -x } map { "$_/$name" } split /:/, $ENV{PATH};
		symlink $path, "$bin/$name" if $path;
	}
	local $ENV{PATH} = $bin;
	my ($said, $status) = make('lint-perl', 'FILES=tests/gate/boot');
	like($said, qr/^lint: perlcritic is not installed; make setup does that$/m, 'is named');
	isnt($status, 0, 'and is no pass');
};
done_testing();

sub good (@words) {
	my ($said, $status) = make(@words);

	is($status, 0, "make @words") or diag($said);
	return;
}

sub make (@words) {
	my $run = run($COPY, qw(make --no-print-directory UNIT_TESTS=), @words);

	return @$run{qw(said status)};
}
