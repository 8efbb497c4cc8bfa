using System.Text;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.BadInput;

/// <summary>A reviewed file of error texts: <c>== row</c> and below it what is said. Set APPROVE=1 to write it anew.</summary>
internal sealed class ApprovedTexts(string fileName)
{
    private readonly string _path = Path.Combine(Repo.Root, "tests", "SaliencyCluster.EndToEnd.Tests", "BadInput", fileName);
    private readonly SortedDictionary<string, string> _said = new(StringComparer.Ordinal);

    /// <summary>Notes what was said for a row.</summary>
    public void Say(string row, string text) => _said.Add(row, text.ReplaceLineEndings("\n").TrimEnd('\n'));

    /// <summary>Compares everything that was said with the file.</summary>
    public void Check()
    {
        var text = new StringBuilder();
        foreach (var (row, said) in _said) text.Append($"== {row}\n{said}\n\n");
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllText(_path, text.ToString());
        Assert.Equal(File.ReadAllText(_path), text.ToString());
    }
}
