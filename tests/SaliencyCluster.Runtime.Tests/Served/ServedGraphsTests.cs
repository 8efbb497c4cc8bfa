using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Served;

namespace SaliencyCluster.Runtime.Tests.Served;

public sealed class ServedGraphsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-served-").FullName;

    private string File => Path.Combine(_folder, "served.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_next_process_finds_what_was_served_last_in_front()
    {
        var process = Process();
        process.Note(Model(1), Spec(1));
        var rich = Spec(1) with { Layer = "features.3", Joined = ["a", "b"], Layout = ImageLayout.ChannelsLast };
        process.Note(Model(2), rich);
        process.Note(Model(1), Spec(4));
        process.Note(Model(1), Spec(1)); // again: it was noted
        var found = Process().Read();
        Assert.Equal([(Model(1), Spec(4)), (Model(2), rich), (Model(1), Spec(1))], found.Select(g => (g.Model, g.Spec)));

        Process().Note(Model(1), Spec(1)); // by the next process: moves to the front
        Assert.Equal([1, 4, 1], Process().Read().Select(g => g.Spec.MicroBatch));
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void No_more_are_kept_than_a_few()
    {
        foreach (var i in Enumerable.Range(1, 3 * ServedGraphs.Kept)) Process().Note(Model(i), Spec(1));
        var found = Process().Read();
        Assert.Equal(ServedGraphs.Kept, found.Count);
        Assert.Equal(Model(3 * ServedGraphs.Kept), found[0].Model);
    }

    [Fact]
    public void What_is_being_opened_is_not_in_the_list_and_returns_behind_all_others()
    {
        var process = Process();
        process.Note(Model(1), Spec(1));
        process.Note(Model(2), Spec(1));
        var first = process.Read()[0];
        process.Forget(first);
        Assert.Equal([Model(1)], Process().Read().Select(g => g.Model)); // what a process would find after this one ended of it
        process.Keep(first);
        Assert.Equal([Model(1), Model(2)], Process().Read().Select(g => g.Model));
        process.Note(first.Model, first.Spec);
        Assert.Equal([Model(2), Model(1)], Process().Read().Select(g => g.Model));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"Build":"BUILD","Graphs":null}""")]
    [InlineData("""{"Build":"another build","Graphs":[]}""")]
    [InlineData("""{"Build":"BUILD","Graphs":[null,{"Model":"../../etc","Key":"","Spec":{"ImageShape":[1]}},{"Model":null}]}""")]
    [InlineData("""{"Build":"BUILD","Graphs":[{"Spec":{}}]}""")]
    [InlineData("""{"Build":"BUILD","Graphs":[{"Model":"HASH","Key":"","Spec":{"ImageShape":[1],"Joined":null}}]}""")]
    public void A_list_that_is_damaged_or_foreign_is_none_and_is_written_anew(string text)
    {
        var build = typeof(ExplanationCompiler).Module.ModuleVersionId.ToString("N");
        var list = text.Replace("BUILD", build, StringComparison.Ordinal).Replace("HASH", Model(1), StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, list);
        Assert.Empty(Process().Read());
        Process().Note(Model(1), Spec(1));
        Assert.Single(Process().Read());
    }

    [Fact]
    public void A_changed_spec_is_not_used()
    {
        Process().Note(Model(1), Spec(1));
        var text = System.IO.File.ReadAllText(File);
        System.IO.File.WriteAllText(File, text.Replace("\"MicroBatch\":1", "\"MicroBatch\":9", StringComparison.Ordinal));
        Assert.Empty(Process().Read());
    }

    [Fact]
    public async Task Processes_that_write_at_the_same_time_leave_a_whole_list()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() =>
        {
            var process = Process();
            foreach (var batch in Enumerable.Range(1, 10)) process.Note(Model(i), Spec(batch));
        })));
        Assert.InRange(Process().Read().Count, 1, ServedGraphs.Kept);
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Without_a_folder_nothing_is_kept()
    {
        var process = new ServedGraphs(null, NullLogger.Instance);
        process.Note(Model(1), Spec(1));
        Assert.Empty(process.Read());
    }

    private static string Model(int i) => i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);

    private static ExplanationSpec Spec(int batch) => new() { ImageShape = [3, 8, 8], MicroBatch = batch };

    private ServedGraphs Process() => new(_folder, NullLogger.Instance);
}
