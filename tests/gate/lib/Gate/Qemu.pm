package Gate::Qemu;

# The QEMUs that a gate runs on, as QEMUS= names them: "installed" (that of QEMU_ALPHA= and QEMU_SPARC64=, or the one in
# PATH), a folder of build/qemu by its name, or the path of a folder that holds qemu-system-alpha and
# qemu-system-sparc64, or of one such program. A developer's build may have one of the two programs only.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);

use constant INSTALLED => 'installed';

my $FETCHED = dirname(dirname(dirname(dirname(dirname(abs_path(__FILE__)))))) . '/build/qemu';
my @MACHINES = qw(alpha sparc64);

# All that a text names, in its order; dies with a sentence when one of them is not there.
sub list ($class, $text) {
	my @list = map { $class->new($_) } split ' ', $text;
	my %names;

	$names{$_->name}++ && die "QEMUS: ${\ $_->name} is named twice\n" for @list;
	return @list ? @list : die "QEMUS: names no QEMU\n";
}

# The one whose name stands in the names of runs.
sub named ($class, $text, $name) {
	my ($found) = grep { $_->name eq $name } $class->list($text);
	return $found // $class->new($name);
}

sub new ($class, $word) {
	my $self = bless { word => $word, programs => {} }, $class;

	$self->{programs} = $word eq INSTALLED ? _installed() : _in_folder($word =~ m{/} ? $word : "$FETCHED/$word");
	return $self if $self->{programs}->%*;
	die $word =~ m{/} ? "QEMUS: $word holds neither qemu-system-alpha nor qemu-system-sparc64\n"
		: "QEMUS: $word is not in build/qemu: make qemu-versions brings it, or name a folder by its path\n";
}

sub _installed () {
	return { map { $_ => $ENV{'QEMU_' . uc} || "qemu-system-$_" } @MACHINES };
}

sub _in_folder ($folder) {
	return { map { $_ => abs_path($folder) } grep { $folder =~ m{[^/]*$_[^/]*$} } @MACHINES } if -f $folder && -x _;
	return { map { $_->[0] => abs_path($_->[1]) } grep { -f $_->[1] && -x _ }
		map { [$_, "$folder/qemu-system-$_"] } @MACHINES };
}

# In the names of runs and of folders: the last two parts of a path tell whose build it is.
sub name ($self) {
	my ($tail) = $self->{word} =~ m{([^/]+(?:/[^/]+)?)/*$};
	return $tail =~ s/[^\w.-]+/-/gr;
}

# The program for a machine, or nothing.
sub program ($self, $machine) { return $self->{programs}{$machine} }
sub machines ($self) { return sort keys $self->{programs}->%* }

1;
