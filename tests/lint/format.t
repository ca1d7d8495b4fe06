#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that tests/lint/format names what is written in another form, statement by statement, and that it leaves alone
# what is laid out by hand.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(said_by);

my $FORMAT = dirname(abs_path(__FILE__)) . '/format';
my $FOLDER = tempdir(CLEANUP => 1);

for my $case (
	['a function', "\tif (a == 0)\n\t\treturn 1;\n\twhile (a > 0) {\n\t\tf(a);\n\t\ta--;\n\t}\n"],
	['columns', "\tint a = 0;\t\t\t/* first */\n\tint second = 1;\t\t/* second */\n"],
	['a long line', "\tf(a, \"text\",\n\t  b ? 1 :\n\t     2);\n"],
	['an object', "\tg((struct s) { .a = 1, .b = 2,\n\t\t       .c = 3 });\n"],
	['a table', "\tstatic const int all[] = {\n\t\t1, 2, 3,\n\t\t4, 5,\n\t};\n"],
	['assembler', "\t__asm__ volatile (\"nop\" ::: \"memory\");\n"],
	['no blank after a word', "\tif(a == 0)\n\t\treturn 1;\n", 4],
	['a blank behind a function', "\tf (a);\n", 4],
	['no blanks around an operator', "\ta = b+1;\n", 4],
	['a blank in parentheses', "\tf( a, b);\n", 4],
	['indented by blanks', "        f(a);\n", 4],
	['indented too far', "\tf(a);\n\t\tf(b);\n", 5],
	['behind its condition', "\tif (a == 0) return 1;\n", 4],
	['its brace on a line of its own', "\tif (a == 0)\n\t{\n\t\tf(a);\n\t\tf(b);\n\t}\n", 4],
	['else on a line of its own', "\tif (a) {\n\t\tf(a);\n\t\tf(b);\n\t}\n\telse\n\t\tf(b);\n", 7],
) {
	my ($name, $body, $line) = @$case;

	path("$FOLDER/case.c")->spew_raw("/* A case. */\nint case_of(int a, int b)\n{\n$body\treturn 0;\n}\n");
	my ($said, $status) = format_of("$FOLDER/case.c");
	like($said, $line ? qr/^\S+case\.c:$line: the format is another:\n\t- .*\n/ : qr/^\z/, $name);
	is($status, $line ? 1 : 0, "$name: exit status");
}

path("$FOLDER/good.c")->spew_raw("int good;\n");
path("$FOLDER/bad.c")->spew_raw("int  *  bad =1;\n");
my ($said, $status) = format_of("$FOLDER/bad.c", "$FOLDER/good.c");
like($said, qr/\A\S+bad\.c:1: [^\n]*\n\t- [^\n]*\n\t\+ int \*bad = 1;\n\z/, 'of several, the one that differs');
is($status, 1, 'of several: exit status');

for my $case (
	{ words => ['--frobnicate'], status => 2, like => qr/^format: --frobnicate: not understood/ },
	{ words => [], status => 2, like => qr/^format: no file is named/ },
	{ words => ["$FOLDER/absent.c"], status => 2, like => qr/^format: \S+absent\.c: No such file/ },
	{ words => ['--help'], status => 0, like => qr/^usage: / },
) {
	($said, $status) = format_of($case->{words}->@*);
	like($said, $case->{like}, "@{$case->{words}}");
	is($status, $case->{status}, "@{$case->{words}}: exit status");
}
subtest 'without clang-format' => sub {
	my $bin = tempdir(CLEANUP => 1);

	symlink "/bin/$_", "$bin/$_" for qw(sh diff);
	local $ENV{PATH} = $bin;
	($said, $status) = format_of("$FOLDER/good.c");
	like($said, qr/^format: \S+good\.c: clang-format fails; make setup installs it$/m, 'that is said');
	is($status, 2, 'and is no pass');
};
done_testing();

sub format_of (@words) { return said_by($^X, $FORMAT, @words) }
