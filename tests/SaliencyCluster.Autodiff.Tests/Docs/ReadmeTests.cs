using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Docs;

public class ReadmeTests
{
    [Fact]
    public void Example_of_the_readme_runs_and_is_the_text_below()
    {
        Assert.Equal(["partial", "score"], Example.Gradient(Repo.Model("bears-clean")).Keys.Order());
        var source = File.ReadAllText(Path.Combine(Repo.Root, "tests", "SaliencyCluster.Autodiff.Tests", "Docs", "Example.cs"));
        var body = source.Split("// example\n")[1].Split("        // end")[0];
        var lines = body.Split('\n').Select(l => l.Length > 8 ? l[8..] : "").ToArray();
        Assert.Contains(
            string.Join('\n', lines[..^1]),
            File.ReadAllText(Path.Combine(Repo.Root, "src", "SaliencyCluster.Autodiff", "README.md")), StringComparison.Ordinal);
    }
}
