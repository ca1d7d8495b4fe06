#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that QEMUS= names what it says: names of the user's choice, in the order given, and each mistake in one
# sentence.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Qemu;
use Testing::Program qw(write_program);

my $FOLDER = tempdir(CLEANUP => 1);

write_program("$FOLDER/$_/qemu-system-alpha", '') for 'b/build', 'a/build', 'with blank/build';

names("before=$FOLDER/b/build,after=$FOLDER/a/build", 'before', 'after');
names("z=$FOLDER/b/build  $FOLDER/a/build", 'z', 'a-build');
names("'$FOLDER/with blank/build'", 'with-blank-build');
is_deeply([map { $_->place } Gate::Qemu->list("z=$FOLDER/b/build,a=$FOLDER/a/build")], [0, 1], 'the order is kept');
refused("$FOLDER/a/build $FOLDER/a/build/", qr/\AQEMUS: a-build is named twice; NAME=DIR gives it another name\n\z/);
refused(',', qr/\AQEMUS: names no QEMU: ,\n\z/);
refused('x=', qr/\AQEMUS: x=: names no QEMU\n\z/);
refused("x=$FOLDER/nowhere", qr/holds neither qemu-system-\w+ nor/);
refused_program("$FOLDER/nothing-there", qr/\AQEMU_ALPHA=\S*nothing-there: there is no such program\n\z/);
refused_program('no-such-program', qr/\Ano-such-program: there is no such program in PATH; .*\n\z/);
done_testing();

sub names ($text, @names) {
	return is_deeply([map { $_->name } Gate::Qemu->list($text)], \@names, $text);
}

sub refused ($text, $like) {
	return like(eval { Gate::Qemu->list($text); 'taken' } // $@, $like, "refused: $text");
}

sub refused_program ($path, $like) {
	local $ENV{QEMU_ALPHA} = $path;
	return refused('installed', $like);
}
