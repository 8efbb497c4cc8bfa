using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Attribution.Tests.Methods;

public class MethodTableTests
{
    /// <summary>Set this variable to 1 to write the file instead of comparing it.</summary>
    private const string Update = "SALIENCY_UPDATE_DOCS";

    [Fact]
    public void The_documentation_of_methods_is_current()
    {
        var path = Path.Combine(Repo.Root, "docs", "methods.md");
        if (Environment.GetEnvironmentVariable(Update) == "1") File.WriteAllText(path, MethodTable.Markdown());
        Assert.True(MethodTable.Markdown() == File.ReadAllText(path), $"docs/methods.md is out of date: run this test with {Update}=1.");
    }

    [Fact]
    public void Every_option_that_a_method_reads_is_in_the_catalog_and_its_default_is_a_value_of_it() => Assert.All(
        MethodCatalog.All.SelectMany(m => m.Description.Options),
        option =>
        {
            var row = OptionCatalog.Find(option.Name);
            Assert.NotNull(row);
            if (option.Default is { } text) Assert.True(row.IsInRange(row.Parse(new() { Method = "any" }, text)!), $"{option.Name} {text}");
        });

    [Fact]
    public void Names_of_methods_are_unique() =>
        Assert.Equal(MethodCatalog.All.Count, MethodCatalog.All.Select(m => m.Name).Distinct().Count());
}
