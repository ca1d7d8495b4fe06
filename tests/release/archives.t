#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that archives come out the same, byte for byte, in whatever folder they are made, hold what a user needs, and
# are made of nothing that is not committed. The images are those that are there; that they do not differ by the folder
# is the compiler's option -ffile-prefix-map, and shown when a release is made.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Release::Run qw(root machines make lend_images users_path content);
use Testing::Program qw(run);

my $FOLDER = tempdir(CLEANUP => 1);
my @COPIES = ("$FOLDER/one", "$FOLDER/it's another one");

$ENV{XZ} = 'xz -0 -T1';	# the same is true of it, in a third of the time
$ENV{"GIT_$_"} = 'somebody' for qw(AUTHOR_NAME COMMITTER_NAME AUTHOR_EMAIL COMMITTER_EMAIL);
$ENV{"GIT_$_"} = '2026-01-02T03:04:05Z' for qw(AUTHOR_DATE COMMITTER_DATE);
copy_project($COPIES[0]);
good($FOLDER, qw(git clone -q), @COPIES);
my @sums = map { made($_) } @COPIES;
is($sums[0], $sums[1], 'both folders make the same bytes');
like($sums[0], qr/^\w{64}  busproof-0\.1\.0\.tar\.xz\n\w{64}  busproof-images-0\.1\.0\.tar\.xz\n\z/, 'of both archives')
	or diag($sums[0]);
good("$COPIES[0]/build/dist", qw(sha256sum --check --quiet SHA256SUMS));
subtest 'the source archive' => \&sources;
subtest 'the archive of images' => \&images;
subtest 'what is not committed' => \&uncommitted;
done_testing();

sub good ($folder, @command) {
	my $run = run($folder, @command);

	return $run->{said} if $run->{status} == 0;
	fail("@command");
	diag($run->{said});
	return '';
}

# A repository of what is here, with a version of its own.
sub copy_project ($folder) {
	mkdir $folder or die "$folder: $!\n";
	opendir my $handle, root() or die root() . ": $!\n";
	run(root(), 'cp', '-R', (grep { !/^(?:\.\.?|\.git|build)$/ } readdir $handle), $folder)->{status} == 0
		or die "$folder: cp failed\n";
	good($folder, qw(git init -q));
	good($folder, qw(git add -A));
	good($folder, qw(git commit -q -m all));
	good($folder, qw(git tag 0.1.0));
	return;
}

# The sums of what is made there.
sub made ($folder) {
	lend_images($folder);
	umask($folder eq $COPIES[0] ? 022 : 077);
	my $run = make($folder, 'dist', 'images-dist');

	is($run->{status}, 0, 'the archives are made') or diag($run->{said});
	return content("$folder/build/dist/SHA256SUMS");
}

sub unpacked ($name) {
	good($FOLDER, qw(tar -xf), "$COPIES[0]/build/dist/$name.tar.xz");
	return "$FOLDER/$name";
}

sub sources () {
	my $folder = unpacked('busproof-0.1.0');

	is(content("$folder/VERSION"), "0.1.0\n", 'it says which version it is');
	is(run($folder, './busproof', '--version')->{said}, "busproof 0.1.0\n", 'and so do the programs');
	my @here = sort split /\n/, good($COPIES[0], qw(git ls-files));
	my @there = sort map { s{^\./}{}r } split /\n/, good($folder, qw(find . ! -type d ! -name VERSION));
	is_deeply(\@there, \@here, 'all that is committed is there');
	return;
}

sub images () {
	my $folder = unpacked('busproof-images-0.1.0');

	good($folder, qw(sha256sum --check --quiet SHA256SUMS));
	my @listed = content("$folder/SHA256SUMS") =~ /^\w+  (.*)$/mg;
	my @files = map { s{^\./}{}r } split /\n/, good($folder, qw(find . -type f ! -name SHA256SUMS));
	is_deeply([sort @listed], [sort @files], 'every other file has its sum');
	ok(-e "$folder/$_", "$_ is there") for qw(LICENSE README.md CHANGELOG.md VERSION docs/busproof.1);
	like(content("$folder/images/ABOUT"), qr/busproof 0\.1\.0 .*BSD-2-Clause.*alpha-linux-gnu-gcc \(/s,
		'it says what the images are');
	like(content("$folder/images/$_/tables.json"), qr/^\{"format":"busproof-tables",.*\]\}$/s, "the tables of $_")
		for machines();
	is(join(' ', grep { /\.[ch]$/ } @files), '', 'no source is needed');
	like(run($FOLDER, "$folder/busproof", 'tests')->{said}, qr/^cpu: \d+ tests\n  cpu\.trap +[A-Z]/, 'are read');
	cmp_ok(-s "$folder/images/$_/busproof.elf", '<', 2 << 20, "the image of $_ is stripped") for machines();
	local $ENV{PATH} = users_path("$FOLDER/bin");
	my $run = run($FOLDER, "$folder/busproof", qw(run sparc64 --firmware openbios --append), 'tests=cpu.*');
	like($run->{said}, qr/^sparc64-mixed: PASS/, 'a stripped kernel starts') or diag($run->{said});
	return;
}

sub uncommitted () {
	path("$COPIES[0]/README.md")->append_raw("a change\n");
	my $changed = make($COPIES[0], 'dist');
	isnt($changed->{status}, 0, 'a change that is not committed ends it');
	like($changed->{said}, qr/^dist: there are changes that are not committed$/m, 'with a sentence');
	my $nowhere = make("$FOLDER/busproof-0.1.0", 'dist');
	isnt($nowhere->{status}, 0, 'where there is no repository there is nothing to make it of');
	like($nowhere->{said}, qr/^dist: this is no repository of its own/m, 'says a sentence');
	return;
}
