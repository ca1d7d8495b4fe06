# SPDX-License-Identifier: BSD-2-Clause
package Gate::Qemu;

# The QEMUs that a gate runs on, as QEMUS= names them: "installed" (those of QEMU_<MACHINE>=, or the ones in PATH), a
# folder of build/qemu by its name, or the path of a folder that holds QEMU's program for each machine (Gate::Port), or
# of one such program. A developer's build may have some of the programs only. NAME= before one of them gives it a name
# of the user's choice ("before=DIR,after=DIR"), and the order is kept.

use v5.36;

use Cwd qw(abs_path);
use File::Spec;
use Text::ParseWords qw(quotewords);

use Gate::Place;
use Gate::Port;

use constant INSTALLED => 'installed';

# All that a text names, in its order, with blanks or commas between them; dies with a sentence when one is not there.
sub list ($class, $text) {
	my @words = grep { defined && length } quotewords('[\s,]+', 0, $text);
	my @list = map { $class->new($_) } @words;
	my %names;

	$names{$_->name}++ && die "QEMUS: ${\ $_->name} is named twice; NAME=DIR gives it another name\n" for @list;
	$list[$_]{place} = $_ for 0 .. $#list;
	return @list ? @list : die "QEMUS: names no QEMU: $text\n";
}

# The one whose name stands in the names of runs.
sub named ($class, $text, $name) {
	my ($found) = grep { $_->name eq $name } $class->list($text);
	return $found // $class->new($name);
}

sub new ($class, $text) {
	my ($name, $word) = $text =~ /^(\w[\w.-]*)=(.*)$/s ? ($1, $2) : (undef, $text);
	my $self = bless { word => $word, name => $name, place => 0 }, $class;

	die "QEMUS: $text: names no QEMU\n" if $word eq '';
	my $fetched = Gate::Place::work() . '/qemu';
	$self->{programs} = $word eq INSTALLED ? _installed() : _in_folder($word =~ m{/} ? $word : "$fetched/$word");
	return $self if $self->{programs}->%*;
	die $word =~ m{/} ? "QEMUS: $word holds neither @{[join ' nor ', map { $_->qemu } Gate::Port::all()]}\n"
		: "QEMUS: $word is not in " . Gate::Place::shown($fetched) . ': '
		. Gate::Place::command('qemu-versions') . " brings it, or name a folder by its path\n";
}

sub _installed () {
	return { map { $_->name => installed_program($_) } Gate::Port::all() };
}

# That of a port's variable, or of PATH; dies with a sentence when there is none.
sub installed_program ($port) {
	my $variable = $port->variable;
	my $program = $ENV{$variable} || $port->qemu;

	return $program if is_program($program);
	die $program =~ m{/} ? "$variable=$program: there is no such program\n"
		: "$program: there is no such program in PATH; " . (Gate::Place::is_project() ? 'make setup installs it'
		: "Debian has it in @{[join ' and ', $port->packages]}") . ", and $variable= names another\n";
}

sub is_program ($program) {
	return scalar grep { -f $_ && -x _ } $program =~ m{/} ? $program : map { "$_/$program" } File::Spec->path;
}

sub _in_folder ($folder) {
	return { map { $_ => abs_path($folder) } grep { $folder =~ m{[^/]*$_[^/]*$} } Gate::Port::names() }
		if -f $folder && -x _;
	return { map { $_->[0] => abs_path($_->[1]) } grep { -f $_->[1] && -x _ }
		map { [$_->name, "$folder/" . $_->qemu] } Gate::Port::all() };
}

# In the names of runs and of folders: the last two parts of a path tell whose build it is.
sub name ($self) {
	return $self->{name} if defined $self->{name};
	my ($tail) = $self->{word} =~ m{([^/]+(?:/[^/]+)?)/*$};
	return $tail =~ s/[^\w.-]+/-/gr;
}

sub place ($self) { return $self->{place} }	# in QEMUS=, from 0

# The program for a machine, or nothing.
sub program ($self, $machine) { return $self->{programs}{$machine} }
sub machines ($self) { return sort keys $self->{programs}->%* }

# What a program says when it is asked, on both outputs: what is not there is said on the other one. Nothing, when it
# says nothing within so many seconds.
sub answer ($program, $seconds, @words) {
	return eval {
		local $SIG{ALRM} = sub { die "no answer\n" };
		no warnings 'exec';
		my @command = ('sh', '-c', 'exec "$@" 2>&1 </dev/null', 'sh', $program, @words);
		my $pid = open my $output, '-|', @command or die "$program: $!\n";
		alarm $seconds;
		my $text = eval { local $/ = undef; <$output> };
		alarm 0;
		kill KILL => $pid;
		close $output;
		$text;
	};
}

1;
