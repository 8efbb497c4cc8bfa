using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Runtime.Tests.Graphs;

public sealed class GraphCacheTests
{
    private readonly List<string> _compiled = [];

    [Fact]
    public void A_graph_is_compiled_once_while_it_fits()
    {
        var cache = new GraphCache(200);
        Get(cache, "a", "b", "a", "b");
        Assert.Equal(["a", "b"], _compiled);
    }

    [Fact]
    public void The_least_recently_used_graph_is_forgotten_first()
    {
        var cache = new GraphCache(200);
        Get(cache, "a", "b", "a", "c", "a", "b");
        Assert.Equal(["a", "b", "c", "b"], _compiled);
    }

    [Fact]
    public void A_budget_of_nothing_keeps_nothing_but_still_compiles()
    {
        var cache = new GraphCache(0);
        Get(cache, "a", "a");
        Assert.Equal(["a", "a"], _compiled);
    }

    [Fact]
    public void A_compilation_that_fails_is_tried_again_by_the_next_caller()
    {
        var cache = new GraphCache(200);
        var attempts = 0;
        var source = Source("a") with { Compile = () => attempts++ == 0 ? throw new FormatException("broken") : Source("a").Compile() };
        Assert.Throws<FormatException>(() => cache.Get(source));
        Assert.Equal("a", cache.Get(source).ModelHash);
    }

    private void Get(GraphCache cache, params string[] models)
    {
        foreach (var model in models) Assert.Equal(model, cache.Get(Source(model)).ModelHash);
    }

    private GraphSource Source(string model)
    {
        var spec = new ExplanationSpec { ImageShape = [1] };
        return new(model, spec, () =>
        {
            _compiled.Add(model);
            return new ExplanationGraph(spec, model, new byte[100], [1], [1], "y", false, 1);
        });
    }
}
