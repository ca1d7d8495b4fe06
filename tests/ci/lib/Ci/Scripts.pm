# SPDX-License-Identifier: BSD-2-Clause
package Ci::Scripts;

# What the tests of ci/scripts share: a folder to work in, the scripts run there as a job runs them, programs that only
# pretend to be QEMU, and a release that is made of this tree.

use v5.36;

use Cwd qw(abs_path);
use Digest::SHA ();
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Path::Tiny ();

use lib map { dirname(abs_path(__FILE__)) . $_ } '/../../../gate/lib', '/../../../lib';
use Gate::Port;
use Gate::Tables;
use Testing::Program ();

my $ROOT = abs_path(dirname(abs_path(__FILE__)) . '/../../../..');

Testing::Program::forget_environment(qw(GITHUB_ GITLAB_ CI_ BUSPROOF QEMU SETS$ SHARD$ JOBS$));
$ENV{no_proxy} = '127.0.0.1';

# In a folder that is no other test's, with a name that takes shell scripts apart which do not quote it.
sub new ($class) {
	my $self = bless { folder => tempdir(CLEANUP => 1) . '/it is one' }, $class;

	make_path($self->{folder});
	return $self;
}

sub folder ($self) { return $self->{folder} }
sub path ($self, $name) { return "$self->{folder}/$name" }

# { status, said } of a script of ci/scripts; what is said is both outputs.
sub run ($self, $script, @words) { return $self->command("$ROOT/ci/scripts/$script", @words) }

sub command ($self, @command) { return Testing::Program::run($self->{folder}, @command) }

sub write ($self, $name, $text, $mode = 0644) {
	my $path = $self->path($name);

	Path::Tiny::path($path)->touchpath->spew_raw($text);
	chmod $mode, $path or die "$path: $!\n";
	return $path;
}

sub read ($self, $name) {
	my $path = $self->path($name);

	return -e $path ? Path::Tiny::path($path)->slurp_raw : undef;
}

# An archive as build.sh makes it, in which QEMU is a shell script: code is [what it does, and if that is to be another
# than usual, what it does when it is asked for its version].
sub build ($self, $side, $code, @machines) {
	my ($does, $version) = (@$code, 'echo QEMU emulator version 0.1');

	for my $machine (@machines) {
		$self->write("$side/usr/local/bin/qemu-system-$machine",
			qq{#!/bin/sh\nif [ "\$1" = --version ]; then\n$version\nexit\nfi\n$does\n}, 0755);
	}
	my $archive = $self->path("$side.tar");
	system('tar', '-C', $self->path($side), '-cf', $archive, '.') == 0 or die "tar: $?\n";
	return $archive;
}

# (archive, SHA-256) of a release with the programs and the images of this tree.
sub release ($self) {
	my $name = 'busproof-images-0.0';

	$self->write("$name/VERSION", "0.0\n");
	make_path($self->path("$name/images"));
	for my $part (qw(arch busproof tests)) {
		symlink "$ROOT/$part", $self->path("$name/$part") or die "$part: $!\n";
	}
	Gate::Tables::path();	# a release has them beside its images
	for my $machine (Gate::Port::names()) {
		symlink "$ROOT/build/$machine", $self->path("$name/images/$machine") or die "$machine: $!\n";
	}
	my $archive = $self->path("$name.tar.xz");
	system(qw(tar --dereference --exclude=*.o --exclude=*.d --exclude=tests/unit
		--use-compress-program), 'xz -0', '-C', $self->folder, '-cf', $archive, $name) == 0 or die "tar: $?\n";
	return ($archive, Digest::SHA->new(256)->addfile($archive)->hexdigest);
}

1;
