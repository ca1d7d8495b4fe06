#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that ci/scripts/build.sh builds what is checked out and what it is compared with, each from its own commit,
# with a small project in place of QEMU whose make install makes a program that says its commit.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../gate/lib';
use Ci::Scripts;
use Gate::Port;

my $CONFIGURE = <<'END';
#!/bin/sh
echo "$@" >words
cat >Makefile <<MAKE
all:
	echo VERSION >program
install:
	mkdir -p '\$(DESTDIR)/usr/local/bin'
	cp program '\$(DESTDIR)/usr/local/bin/qemu-system-alpha'
MAKE
END

my $ci = Ci::Scripts->new;

@ENV{qw(GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM)} = ('/dev/null') x 2;
$ENV{"GIT_${_}_NAME"} = 'A', $ENV{"GIT_${_}_EMAIL"} = 'a@example.org' for qw(AUTHOR COMMITTER);
git(qw(init --quiet --initial-branch main));
my $first = commit('first');

like(built(2, 'base')->{said}, qr/^build\.sh: HEAD has no parent here to compare it with/m, 'a first commit has none');
my $second = commit('second');
my $third = commit('third');

is(program(0, 'head'), 'third', 'head is what is checked out');
is(program(0, 'base'), 'second', 'base is its parent');
is(program(0, 'base', '', '0' x 40, $first, $second), 'first', 'or the first commit that is named');
my $targets = join ',', map { "$_-softmmu" } Gate::Port::names();
like($ci->read('busproof-work/build-base/words'), qr/--target-list=$targets /, 'for the machines of all ports');
is($ci->read('configure'), $CONFIGURE =~ s/VERSION/third/r, 'and what is checked out stays');
like(built(2, 'base', 'f' x 40)->{said}, qr/^build\.sh: f{40}: is not in this repository, and could not be fetched$/m,
	'a commit that is nowhere is named');
like(built(2, 'middle')->{said}, qr/^build\.sh: middle: neither head nor base/, 'a bad side is named');
like(built(2, 'head', $first)->{said}, qr/^build\.sh: \w+: head is what is checked out/, 'head takes no commit');
subtest 'what does not build' => sub {
	commit('broken', "#!/bin/sh\nexit 1\n");
	like(built(2, 'head')->{said}, qr/^build\.sh: head: configure failed$/m, 'is named');
	ok(!-e $ci->path('busproof-work/qemu/head.tar'), 'and leaves no archive of an earlier one');
};
done_testing();

sub commit ($version, $configure = $CONFIGURE =~ s/VERSION/$version/r) {
	$ci->write('configure', $configure, 0755);
	git('add', 'configure');
	git('commit', '--quiet', '--message', $version);
	return git('rev-parse', 'HEAD') =~ s/\n//r;
}

sub git (@words) {
	my $run = $ci->command('git', @words);
	return $run->{status} == 0 ? $run->{said} : die "git @words: $run->{said}";
}

sub built ($status, @words) {
	my $run = $ci->run('build.sh', @words);

	is($run->{status}, $status, 'status of build.sh ' . join ' ', map { substr $_, 0, 8 } @words)
		or diag($run->{said});
	return $run;
}

# What the program of the archive holds.
sub program ($status, $side, @commits) {
	built($status, $side, @commits);
	return $ci->command('tar', '-xOf', "busproof-work/qemu/$side.tar", './usr/local/bin/qemu-system-alpha')->{said}
		=~ s/\n//r;
}
