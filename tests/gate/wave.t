#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Does the gate hear what the firmware says that it has played (Gate::Wave), and only that? Files of sound, written
# here, against lines of a transcript.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Wave;
use Testing::Transcript qw(transcript);

my $FOLDER = tempdir(CLEANUP => 1);
my ($ONE, $TWO, $OTHER) = map { Gate::Wave::samples(512, $_) } 0x11111111, 0x22222222, 0x33333333;
my $HEADER = 'RIFF' . "\0" x 40;
my $SILENCE = "\0" x 1024;
my @SAID = ('sound@00:0a.0/accepted heard 512 seed 11111111', 'sound@00:0a.0/accepted/packed heard 512 seed 22222222');
my @OTHERS = ('sound@00:0b.0/accepted heard 512 seed 33333333');

# What is in the file, what the firmware says, and what must be said about it: nothing, or what is like this.
my @ROWS = (
	{ name => 'all of it', content => $HEADER . $ONE . $TWO, said => \@SAID },
	{ name => 'with silence before, between and behind', said => \@SAID,
	  content => $HEADER . $SILENCE . $ONE . $SILENCE . $TWO . $SILENCE },
	{ name => 'of another device beside it', content => $HEADER . $ONE . $TWO, said => [@SAID, @OTHERS] },
	{ name => 'nothing', content => '', said => \@SAID, problem => qr/time 1 \(512 bytes, seed 11111111\)/ },
	{ name => 'silence', content => $HEADER . $SILENCE, said => \@SAID, problem => qr/of 2 times that it played/ },
	{ name => 'the first only', content => $HEADER . $ONE, said => \@SAID, problem => qr/time 2 .*22222222/ },
	{ name => 'in another order', content => $HEADER . $TWO . $ONE, said => \@SAID, problem => qr/time 2/ },
	{ name => 'a byte less', content => $HEADER . $ONE . substr($TWO, 1), said => \@SAID, problem => qr/time 2/ },
	{ name => 'one byte of another value', said => \@SAID, problem => qr/time 1/,
	  content => $HEADER . $ONE =~ s/(.)\z/chr(ord($1) ^ 2)/ser . $TWO },
	{ name => 'something else', content => $HEADER . $OTHER, said => \@SAID, problem => qr/time 1/ },
	{ name => 'no file', said => \@SAID, problem => qr/No such file/ },
);

for my $row (@ROWS) {
	my $wave = Gate::Wave->new($FOLDER, 'sound.wav');
	my $transcript = transcript($row->{said}->@*);

	$wave->create;
	path("$FOLDER/sound.wav")->spew_raw($row->{content}) if defined $row->{content};
	my @problems = $wave->problems({ $transcript->played });
	$row->{problem} ? like("@problems", $row->{problem}, $row->{name}) : is("@problems", '', $row->{name});
}
is_deeply([transcript('sound@00:0a.0 heard five seed 1')->unexpected],
	['not understood: # host-check: sound@00:0a.0 heard five seed 1'], 'a line that is not understood');
done_testing;
