namespace SaliencyCluster.Cli.Commands.Migrate;

/// <summary>An option of <c>explain</c> and <c>jobs submit</c>, without its dashes.</summary>
internal sealed record MigratedOption(string Name, string Value);

/// <summary>What has been found of the options of an explanation so far.</summary>
internal sealed class MigratedOptions
{
    /// <summary>Said of class names that a file holds.</summary>
    public static readonly (string? Becomes, string? Note) Labels =
        ("--labels labels.txt", "a text file with one name a line, written by --labels-out");

    private readonly List<MigratedOption> _all = [];

    /// <summary>Adds an option, and gets it as it is written.</summary>
    public string Add(string name, string value)
    {
        _all.Add(new(name, value));
        return $"--{name} {value}";
    }

    /// <summary>Puts an option first where there is none of its name, and says whether it did.</summary>
    public bool Default(string name, string value)
    {
        if (_all.Exists(option => option.Name == name)) return false;
        _all.Insert(0, new(name, value));
        return true;
    }

    /// <summary>Gets the options of a command for each value of one more; of one command where there are no values.</summary>
    public IReadOnlyList<IReadOnlyList<MigratedOption>> Each(string name, IReadOnlyList<string> values) =>
        values.Count == 0 ? [_all] : [.. values.Select(value => (IReadOnlyList<MigratedOption>)[.. _all, new(name, value)])];
}
