using System.Text.RegularExpressions;

namespace SaliencyCluster.Architecture.Tests;

/// <summary>Small files, honest names, no silenced warnings: what keeps the code readable is held by tests.</summary>
public sealed partial class SourceShapeTests
{
    // It only ever falls; a step at a time, so that two changes that land together do not fail each other.
    private const int WideLines = 3105, WideLinesStep = 250;

    [Fact]
    public void Half_of_the_source_files_have_at_most_60_lines_and_nine_in_ten_at_most_200()
    {
        var lines = Repository.SourceFiles.Select(f => File.ReadLines(f).Count()).Order().ToList();
        Assert.InRange(lines[lines.Count / 2], 1, 60);
        Assert.InRange(lines[lines.Count * 9 / 10], 1, 200);
    }

    [Fact]
    public void No_source_file_has_more_than_400_lines() =>
        AssertNone(Repository.SourceFiles.Where(f => File.ReadLines(f).Count() > 400));

    [Fact]
    public void No_test_file_has_more_than_600_lines() =>
        AssertNone(Repository.TestFiles.Where(f => File.ReadLines(f).Count() > 600));

    [Fact]
    public void No_more_lines_than_before_are_wider_than_140_columns()
    {
        var wide = Repository.SourceFiles.Concat(Repository.TestFiles).Sum(f => File.ReadLines(f).Count(line => line.Length > 140));
        Assert.True(wide <= WideLines, $"{wide} lines are wider than 140 columns; {WideLines} may be. Wrap what you have written.");
        Assert.True(wide >= WideLines - WideLinesStep, $"Only {wide} lines are wider than 140 columns: set {nameof(WideLines)} to that.");
    }

    [Fact]
    public void No_folder_is_called_helpers_common_or_misc() =>
        AssertNone(Repository.SourceFiles.Concat(Repository.TestFiles).Where(f => VagueFolder().IsMatch(f)));

    [Fact]
    public void Every_silenced_warning_has_its_reason_beside_it() =>
        AssertNone(
            from file in Repository.SourceFiles.Concat(Repository.TestFiles)
            from line in File.ReadLines(file)
            where line.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal) && !line.Contains("//", StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Repository.Root, file)}: {line.Trim()}");

    [Fact]
    public void No_test_is_skipped_and_none_sleeps() =>
        AssertNone(
            from file in Repository.TestFiles
            where Path.GetFileName(file) != nameof(SourceShapeTests) + ".cs"
            from line in File.ReadLines(file)
            where SkipOrSleep().IsMatch(line)
            select $"{Path.GetRelativePath(Repository.Root, file)}: {line.Trim()}");

    [Fact]
    public void Every_source_project_has_a_readme() =>
        AssertNone(Repository.SourceProjects.Where(p => !File.Exists(Path.Combine(Repository.Root, "src", "SaliencyCluster." + p, "README.md"))));

    private static void AssertNone(IEnumerable<string> offenders) => Assert.Equal([], offenders);

    [GeneratedRegex(@"/(Helpers?|Common|Misc|Utils?|Utilities)/", RegexOptions.IgnoreCase)]
    private static partial Regex VagueFolder();

    [GeneratedRegex(@"\(Skip\s*=|Assert\.Skip|Thread\.Sleep\(|NotImplementedException")]
    private static partial Regex SkipOrSleep();
}
