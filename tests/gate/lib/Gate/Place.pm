# SPDX-License-Identifier: BSD-2-Clause
package Gate::Place;

# Where things are. The same programs are started from three kinds of trees, which have tests/ and VERSION in common:
#
#	                        images                          what a run writes
#	the project             build/<machine>                 build
#	an archive of images    images/<machine>                busproof-report of the current folder
#	installed               ../../share/busproof/<machine>  busproof-report of the current folder
#
# BUSPROOF_INTO of the environment names another folder to write to. Nothing is ever written beside the programs of the
# last two, which may belong to somebody else.

use v5.36;

use Cwd qw(abs_path getcwd);
use File::Basename qw(dirname);
use File::Spec;

use constant WRITTEN => 'busproof-report';

my $ROOT = dirname(dirname(dirname(dirname(dirname(abs_path(__FILE__))))));
my $PREBUILT = -e "$ROOT/Makefile" ? undef : (grep { -d } "$ROOT/images", "$ROOT/../../share/busproof")[0];

# Whoever changes the folder still writes to where it was.
my $START = getcwd();

sub root () { return $ROOT }

# Whether images are built here, with make; else they came with the programs.
sub is_project () { return !defined $PREBUILT }

# The folder of a machine's images.
sub images ($machine) {
	return defined $PREBUILT ? abs_path($PREBUILT) . "/$machine" : "$ROOT/build/$machine";
}

# The folder that runs write to, each kind to one of its own in it.
sub work () {
	return File::Spec->rel2abs($ENV{BUSPROOF_INTO}, $START) if length($ENV{BUSPROOF_INTO} // '');
	return is_project() ? "$ROOT/build" : "$START/" . WRITTEN;
}

# The folder of kept runs and of reports: with make build/report, else the folder that runs write to.
sub report () {
	return is_project() && !length($ENV{BUSPROOF_INTO} // '') ? "$ROOT/build/report" : work();
}

# For programs that are started in another folder: they write where this one does.
sub hand_on () {
	$ENV{BUSPROOF_INTO} = work() if !is_project() || length($ENV{BUSPROOF_INTO} // '');
	return;
}

# How a command is called here.
sub command ($name) { return is_project() ? "make $name" : "busproof $name" }

# A path for people: from the current folder, if it is below that.
sub shown ($path) {
	my $relative = File::Spec->abs2rel($path);

	return is_project() || $relative !~ m{^\.\./} ? $relative : $path;
}

1;
