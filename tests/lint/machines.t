#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that what surrounds the firmware (make, the programs, their modules, the scripts for CI) takes the machines
# from arch/*/port.mk and arch/*/machine.cfg, so that a further port changes none of it: a file names an architecture,
# or QEMU's machine of it, only where the table below says why. Tests, and what only they load, may take one as an
# example; none may hold a list.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Find qw(find);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../gate/lib';
use Gate::Port;

my $ROOT = dirname(dirname(dirname(abs_path(__FILE__))));

my %ALLOWED = (
	'ci/scripts/common.sh' => 'runs where no release is that it could ask; held to the ports by tests/ci/build.t',
	'tests/bench/lib/Bench/Peer.pm' => 'programs of kvm-unit-tests, each for one machine',
	'tests/gate/lib/Gate/Fuzz/Deaths.pm' => 'how machines kill QEMU, one by one',
	'tests/report/page.js' => 'an address as an example',
	'tests/report/result.schema.json' => 'an example',
	'tests/report/lib/Report/Views.pm' => 'an example',
	'tests/sabotage/lib/Sabotage/Check.pm' => 'an example',
);
# Their own folders, and lists of machines, points and changes that are each about one of them.
my $NOT_LOOKED_AT = qr{^(?:arch|linker|build|boot|drivers|docs|debian)/
	|^tests/(?:conformance|deviations|unit|models|gate/machines)/|^tests/.*\.(?:list|tsv|[ch])$
	|^ci/(?:lava|labgrid)/|^(?:Containerfile|LICENSE|.*\.md)$}x;
my @NAMES = sort { length $b <=> length $a } map { ($_->name, $_->board->type) } Gate::Port::all();
my $PORT = join '|', map { quotemeta } Gate::Port::names();
my $NAME = join '|', map { quotemeta } @NAMES;

my %mentions = map { $_ => mentions($_) } files($ROOT);
cmp_ok(scalar keys %mentions, '>', 60, 'there are files to look at');
for my $file (sort keys %mentions) {
	my @lines = $mentions{$file}->@*;
	is("@lines", '', "$file names no machine") if !$ALLOWED{$file};
	ok(scalar @lines, "$file still names one: $ALLOWED{$file}") if $ALLOWED{$file};
}
subtest 'packages' => \&packages;
subtest 'what is found' => \&found;
done_testing();

sub files ($folder) {
	my @files;

	find({ no_chdir => 1, wanted => sub {
		my $name = s{^\Q$folder\E/?}{}r;
		$File::Find::prune = 1 if $name =~ m{^(?:build|\.git)$};
		push @files, $name if -f && !-l && $name !~ $NOT_LOOKED_AT && $name !~ m{(?:^|/)\.};
	} }, $folder);
	return @files;
}

# The lines of a file that name one; of a test, or a module of tests, those with a list.
sub mentions ($file, $folder = $ROOT) {
	my $list = qr/(?:\b|_)(?:$PORT)\W+(?:qemu[_-](?:system-)?)?(?:$PORT)\b/i;
	my $pattern = $file =~ m{\.t$|^tests/lib/} ? $list : qr/(?<![a-z0-9])(?:$NAME)(?![a-z0-9])/i;
	my @lines;

	my $number = 0;
	for my $line (path("$folder/$file")->lines_raw) {
		$number++;
		push @lines, "line $number: $line" if $line =~ $pattern;
	}
	return \@lines;
}

# What can read no port has to have what each needs.
sub packages () {
	for my $file ('debian/control', 'Containerfile') {
		SKIP: {
			open my $handle, '<', "$ROOT/$file" or skip "$file is not here", 1;
			my %there = map { $_ => 1 } map { split /[\s,]+/ } <$handle>;
			my @lacks = grep { !$there{$_} } map { ($_->packages, $_->build_packages) } Gate::Port::all();
			is("@lacks", '', "$file names all packages");
		}
	}
	return;
}

sub found () {
	my ($one, $other) = Gate::Port::names();
	my %lines = ('a.pm' => ["my \@MACHINES = qw($one);", "\$QEMU_\U$one\E", "qemu-system-$other", "build/$one/"],
		'tests/lib/b.pm' => ["qw($one $other)"],
		'b.t' => ["qw($one $other)", "$other|$one", "QEMU_\U$one QEMU_$other\E"]);
	my %fine = ('c.pm' => ["${one}bet"], 'd.t' => ["boot --machine $one"],
		'tests/lib/d.pm' => ["boot --machine $one"]);
	my $folder = tempdir(CLEANUP => 1);

	for my $file (sort(keys %lines, keys %fine)) {
		for my $line (($lines{$file} // $fine{$file})->@*) {
			path("$folder/$file")->touchpath->spew_raw("$line\n");
			is(scalar mentions($file, $folder)->@*, $lines{$file} ? 1 : 0, "$file: $line");
		}
	}
	return;
}
