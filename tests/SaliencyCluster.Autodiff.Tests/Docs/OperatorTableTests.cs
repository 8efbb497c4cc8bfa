using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Docs;

public class OperatorTableTests
{
    private static readonly string _path = Path.Combine(Repo.Root, "docs", "operators.md");

    [Fact]
    public void Operator_table_is_current()
    {
        if (Environment.GetEnvironmentVariable("SALIENCY_UPDATE_DOCS") == "1") File.WriteAllText(_path, OperatorTable.Markdown());
        Assert.Equal(OperatorTable.Markdown(), File.ReadAllText(_path));
    }
}
