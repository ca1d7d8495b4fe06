#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that tests/lint/licences names each file that does not say its licence, that --add writes it where it belongs
# in files of every kind, once, and that what .reuse/dep5 names is left alone.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(said_by);

my $LICENCES = dirname(abs_path(__FILE__)) . '/licences';
my $DEP5 = "Files: *\nLicense: BSD-2-Clause\n\nFiles: *.md\n tables/*.tsv\nLicense: BSD-2-Clause\n";

# REUSE-IgnoreStart
my $SPDX = 'SPDX-License-Identifier: BSD-2-Clause';
# REUSE-IgnoreEnd

for my $case (
	['source.c', "/* Text. */\n", "/* $SPDX */\n/* Text. */\n"],
	['entry.S', "nop\n", "/* $SPDX */\nnop\n"],
	['rules.mk', "# Text.\n", "# $SPDX\n#\n# Text.\n"],
	['Module.pm', "package Module;\n", "# $SPDX\npackage Module;\n"],
	['sub/program', "#!/bin/sh\n# Text.\n", "#!/bin/sh\n# $SPDX\n#\n# Text.\n"],
	['.clang-format', "A: b\n", "# $SPDX\nA: b\n"],
	['page.1', ".Dd today\n", ".\\\" $SPDX\n.Dd today\n"],
	['form.xsd', "<?xml?>\n<a/>\n", "<?xml?>\n<!-- $SPDX -->\n<a/>\n"],
	['empty.h', '', "/* $SPDX */\n"],
) {
	my ($name, $before, $after) = @$case;
	my $folder = folder($name => $before);

	is_deeply([licences($folder)], ["$name: no SPDX-License-Identifier of BSD-2-Clause\n", 1], "$name is named");
	is_deeply([licences('--add', $folder)], ['', 0], 'it is given one');
	is(path("$folder/$name")->slurp_raw, $after, 'where it belongs');
	is_deeply([licences($folder)], ['', 0], 'and says it now');
	licences('--add', $folder);
	is(path("$folder/$name")->slurp_raw, $after, 'once');
}

for my $case (
	['below.c', "\n\n/* $SPDX */\n", 'too far below'],
	['other.c', '/* ' . $SPDX =~ s/BSD.*/MIT/r . " */\n", 'another licence'],
	['longer.c', "/* $SPDX-Patent */\n", 'a licence whose name begins like it'],
	['data.bin', "\0\1", 'a file of no known kind'],
	['tables/sub.csv', "a\n", 'a file beside those of the patterns'],
) {
	my ($name, $text, $what) = @$case;

	like((licences(folder($name => $text)))[0], qr/^\Q$name\E: no SPDX/, $what);
}
is((licences('--add', folder('data.bin' => "\0\1")))[1], 1, 'a file of no known kind is given none');
is_deeply([licences(folder('a/b.md' => 'x', 'tables/c.tsv' => 'x', 'build/d.c' => 'x'))],
	['', 0], 'files of the patterns, and what is built, need none');

my $program = folder('run' => "#!/bin/sh\n");
chmod 0755, "$program/run";
licences('--add', $program);
ok(-x "$program/run", 'a program can be run as before');

for my $case (
	{ words => ['--frobnicate'], like => qr/^licences: --frobnicate: not understood/ },
	{ words => ['.', 'second'], like => qr/^licences: second: not understood/ },
	{ words => ['/nonexistent/folder'], like => qr{^licences: /nonexistent/folder: no such folder$} },
	{ words => [tempdir(CLEANUP => 1)], like => qr{^licences: \S+/\.reuse/dep5: No such file} },
) {
	my ($said, $status) = licences($case->{words}->@*);
	like($said, $case->{like}, "@{$case->{words}}");
	is($status, 2, "@{$case->{words}}: exit status");
}
like((licences('--help'))[0], qr/^usage: /, '--help');
done_testing();

sub folder (%files) {
	my $folder = tempdir(CLEANUP => 1);

	$files{'.reuse/dep5'} = "$DEP5\nFiles: .reuse/dep5\n";
	path("$folder/$_")->touchpath->spew_raw($files{$_}) for keys %files;
	return $folder;
}

sub licences (@words) { return said_by($^X, $LICENCES, @words) }
