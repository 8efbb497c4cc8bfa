using System.Text.RegularExpressions;

namespace SaliencyCluster.Architecture.Tests;

/// <summary>No two folders of a project use each other, at any depth; a folder may use what lies in it. Read from namespaces, usings and names.</summary>
public sealed partial class FolderUseTests
{
    [Fact]
    public void No_two_folders_of_a_project_use_each_other() =>
        Assert.Equal([], MutualPairs(ReadSources()));

    [Fact]
    public void Two_folders_that_use_each_other_are_found_at_any_depth_and_a_folder_may_use_its_own() => Assert.Equal(
        ["X: A <-> B", "X: C/D <-> C/E"],
        MutualPairs(
        [
            Source("X/A/One.cs", "using SaliencyCluster.X.B; namespace SaliencyCluster.X.A; class One { Two T; }"),
            Source("X/B/Two.cs", "using SaliencyCluster.X.A; namespace SaliencyCluster.X.B; class Two { One O; }"),
            Source("X/C/D/Three.cs", "using SaliencyCluster.X.C.E; namespace SaliencyCluster.X.C.D; class Three { Four F; }"),
            Source("X/C/E/Four.cs", "using SaliencyCluster.X.C.D; namespace SaliencyCluster.X.C.E; record Four { Three T; }"),
            Source("X/C/Five.cs", "using SaliencyCluster.X.C.D; namespace SaliencyCluster.X.C; class Five { Three T; }"),
            Source("X/F/Six.cs", "using SaliencyCluster.X.A; namespace SaliencyCluster.X.F; class Six { One O; }"),
        ]));

    private static IEnumerable<SourceFile> ReadSources() =>
        Repository.SourceFiles.Select(f => Source(Path.GetRelativePath(Path.Combine(Repository.Root, "src"), f).Replace("SaliencyCluster.", "", StringComparison.Ordinal), File.ReadAllText(f)));

    private static List<string> MutualPairs(IEnumerable<SourceFile> sources)
    {
        var files = sources.ToList();
        var declaring = files.SelectMany(f => f.Types.Select(t => (Type: t, File: f))).ToLookup(d => d.Type, d => d.File);
        var uses = new HashSet<(string Project, string From, string To)>();
        foreach (var file in files)
            foreach (var used in file.Words.SelectMany(w => declaring[w]).Where(u => u.Project == file.Project && file.Sees.Contains(u.Namespace)))
                if (Siblings(file.Folders, used.Folders) is var (from, to)) uses.Add((file.Project, from, to));
        return [.. uses.Where(u => string.CompareOrdinal(u.From, u.To) < 0 && uses.Contains((u.Project, u.To, u.From))).Select(u => $"{u.Project}: {u.From} <-> {u.To}").Order(StringComparer.Ordinal)];
    }

    /// <summary>The folders at which two paths part; null where one lies in the other.</summary>
    private static (string, string)? Siblings(string[] a, string[] b)
    {
        var depth = a.Zip(b).TakeWhile(p => p.First == p.Second).Count();
        return depth < a.Length && depth < b.Length ? (string.Join('/', a[..(depth + 1)]), string.Join('/', b[..(depth + 1)])) : null;
    }

    private static SourceFile Source(string path, string text)
    {
        var parts = path.Split('/');
        var code = Ignored().Replace(text, "");
        var space = Namespace().Match(code).Groups[1].Value;
        var sees = Using().Matches(code).Select(m => m.Groups[1].Value).ToHashSet();
        for (var outer = space; outer.Length > 0; outer = outer.LastIndexOf('.') is > 0 and var dot ? outer[..dot] : "") sees.Add(outer);
        return new(parts[0], parts[1..^1], space, sees, [.. Declaration().Matches(code).Select(m => m.Groups[1].Value)], [.. Word().Matches(code).Select(m => m.Value)]);
    }

    private sealed record SourceFile(string Project, string[] Folders, string Namespace, HashSet<string> Sees, HashSet<string> Types, HashSet<string> Words);

    // Comments and plain strings name types that they do not use.
    [GeneratedRegex("""//.*|(?<!\$)"(?:\\.|[^"\\\n])*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Ignored();

    [GeneratedRegex(@"\bnamespace ([\w.]+);")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\busing (?:static )?(?:\w+ = )?([\w.]+);")]
    private static partial Regex Using();

    [GeneratedRegex(@"\b(?:class|record struct|record|struct|interface|enum) ([A-Z]\w*)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Word();
}
