# SPDX-License-Identifier: BSD-2-Clause
package Release::Run;

# What the tests of releases share: make on images that are there already, and a PATH that
# has no more than a user without compilers.

use v5.36;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Spec;
use Path::Tiny qw(path);

use lib map { dirname(abs_path(__FILE__)) . $_ } '/../../../gate/lib', '/../../../lib';
use Gate::Port;
use Testing::Program qw(forget_environment run);

our @EXPORT_OK = qw(root machines run make lend_images users_path content);

my $ROOT = dirname(dirname(dirname(dirname(dirname(abs_path(__FILE__))))));

forget_environment(qw(BUSPROOF_ QEMU SETS$ SHARD$ JOBS$ VERSION$));

sub root () { return $ROOT }
sub machines () { return Gate::Port::names() }

# Builds no image, and leaves out the rules of the unit tests, which take longest to read.
sub make ($folder, @words) {
	return run($folder, 'make', '--no-print-directory', '-o', 'images', 'UNIT_TESTS=', @words);
}

# The images of this project in another copy of it.
sub lend_images ($folder) {
	make_path("$folder/build");
	for my $machine (machines()) {
		symlink "$ROOT/build/$machine", "$folder/build/$machine" or die "$folder: $!\n";
	}
	return;
}

# A folder that is all that is in PATH: QEMU, and of perl what a user has.
sub users_path ($folder) {
	make_path($folder);
	for my $program ('perl', 'prove', map { $_->qemu } Gate::Port::all()) {
		my ($path) = grep { -x } map { "$_/$program" } File::Spec->path;
		symlink $path // die("$program is not in PATH\n"), "$folder/$program" or die "$folder: $!\n";
	}
	return $folder;
}

sub content ($path) { return path($path)->slurp_raw }

1;
