using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Prepared;
using SaliencyCluster.Runtime.Tests.Devices;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Runtime.Tests.Prepared;

public sealed class PreparedFolderTests : IDisposable
{
    private static readonly OnnxModel Bears = ModelReader.ReadFile(Repo.Model("bears-clean"));
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-prepared").FullName;
    private readonly Told _log = new();

    private DeviceOptions Options => new() { Lanes = 1, CacheFolder = _folder };

    private string[] Entries => Directory.GetDirectories(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, ExplanationSpec> Graphs()
    {
        var data = new TheoryData<string, ExplanationSpec>();
        foreach (var (model, shape) in ((string, long[])[])[("bears-clean", [3, 64, 64]), ("mnist-cnn", [1, 28, 28]), ("mnist-mlp", [1, 28, 28])])
            foreach (var map in (PointMap[])[PointMap.None, PointMap.Gradient])
                foreach (var batch in (int[])[1, 4]) data.Add(model, new() { ImageShape = shape, MicroBatch = batch, Map = map });
        return data;
    }

    [Theory, MemberData(nameof(Graphs), DisableDiscoveryEnumeration = true)]
    public async Task The_next_process_compiles_nothing_and_gives_the_same_bytes(string model, ExplanationSpec spec)
    {
        var read = ModelReader.ReadFile(Repo.Model(model));
        var source = GraphSource.Of(read, spec);
        var without = await Run(source, new() { Lanes = 1 });
        Assert.Equal(without, await Run(source, Options));
        Assert.Equal(without, await Run(source with { Compile = () => throw new InvalidOperationException("compiled again") }, Options));
        Assert.Single(Entries);
    }

    [Theory]
    [InlineData(PreparedEntry.FileName)]
    [InlineData(PreparedEntry.Model)]
    [InlineData(PreparedEntry.Weights)]
    public async Task A_damaged_or_missing_file_never_gives_another_map(string file)
    {
        var source = Gradient(4);
        var right = await Run(source, Options);
        foreach (var damage in (Action<string>[])[
            f => Change(f, b => b[b.Length / 2] ^= 1), f => Change(f, b => b[0] ^= 0x80), f => Change(f, b => b[^1] ^= 1),
            f => File.WriteAllBytes(f, File.ReadAllBytes(f)[..^7]), f => File.WriteAllBytes(f, []), f => File.AppendAllText(f, "more"), File.Delete])
        {
            damage(Path.Combine(Assert.Single(Entries), file));
            Assert.Equal(right, await Run(source, Options));
            // Mended for the next one.
            Assert.Equal(right, await Run(source with { Compile = () => throw new InvalidOperationException("compiled again") }, Options));
        }
    }

    [Fact]
    public async Task A_graph_of_another_model_or_spec_in_its_place_is_not_used()
    {
        var source = Gradient(4);
        var right = await Run(source, Options);
        var place = Assert.Single(Entries);
        Directory.Delete(place, recursive: true);
        await Run(GraphSource.Of(ModelReader.ReadFile(Repo.Model("bears-confounded")), source.Spec), Options);
        Directory.Move(Assert.Single(Entries), place);
        Assert.Equal(right, await Run(source, Options));
        Assert.Contains(4005, _log.Warnings);
    }

    [Fact]
    public async Task What_is_taken_away_after_it_was_checked_is_compiled()
    {
        var source = Gradient(1);
        var right = await Run(source, Options);
        var found = PreparedFolder.Of(Options, TimeProvider.System, _log)!.Find(source.Key, source.Spec);
        Assert.NotNull(found);
        Directory.Delete(Assert.Single(Entries), recursive: true);
        Assert.Equal(right, await Run(source with { Prepared = found }, Options));
    }

    [Fact]
    public async Task Processes_that_prepare_the_same_graph_at_the_same_time_leave_one_entry_and_agree()
    {
        var source = Gradient(2);
        var maps = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Run(source, Options))));
        Assert.All(maps, map => Assert.Equal(maps[0], map));
        Assert.Single(Entries);
    }

    [Fact]
    public async Task Processes_that_make_room_at_the_same_time_have_nothing_to_complain_of()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(process => Task.Run(() =>
        {
            var folder = PreparedFolder.Of(Options with { CacheFolderMegabytes = 1 }, TimeProvider.System, _log)!;
            for (var i = 0; i < 25; i++) folder.Make(HandGraphs.Square(1, $"{process}-{i}", 100_000));
        })));
        Assert.Empty(_log.Warnings);
        Assert.NotEmpty(Entries);
    }

    [Fact]
    public async Task The_folder_holds_what_was_used_last_and_no_more_than_it_may()
    {
        const int Elements = 1_500_000; // 6 MB each
        var options = Options with { CacheFolderMegabytes = 16 };
        foreach (var name in (string[])["a", "b", "a", "c", "d"]) await Run(GraphSource.Of(HandGraphs.Square(1, name, Elements)), options);
        Assert.InRange(new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length), 1, 16 << 20);
        Assert.Equal(2, Entries.Length);
        var folder = PreparedFolder.Of(options, TimeProvider.System, _log)!;
        Assert.Equal([false, false, true, true], ((string[])["a", "b", "c", "d"]).Select(n => Find(folder, HandGraphs.Square(1, n, Elements))));
    }

    [Fact]
    public async Task What_a_dead_process_left_is_removed_and_what_others_put_there_is_not()
    {
        var (left, others) = (Directory.CreateDirectory(Path.Combine(_folder, ".making-0")), Directory.CreateDirectory(Path.Combine(_folder, "notes")));
        File.WriteAllText(Path.Combine(left.FullName, PreparedEntry.Weights), "half");
        left.LastWriteTimeUtc = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2);
        await Run(Gradient(1), Options);
        Assert.False(Directory.Exists(left.FullName));
        Assert.True(Directory.Exists(others.FullName));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_told_once_and_changes_no_map()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        var options = Options with { CacheFolder = Path.Combine(file, "graphs") };
        Assert.Equal(await Run(Gradient(1), new() { Lanes = 1 }), await Run(Gradient(1), options));
        Assert.Single(_log.Warnings, 4006);
    }

    [Fact]
    public async Task A_large_graph_is_kept_as_it_was_compiled_and_gives_the_same_bytes()
    {
        var source = Gradient(4);
        var right = await Run(source, new() { Lanes = 1 });
        var graph = source.Compile();
        var made = PreparedFolder.Of(Options, TimeProvider.System, _log, graph.Model.Length - 1)!.Make(graph);
        Assert.False(made!.IsOptimized);
        var found = PreparedFolder.Of(Options, TimeProvider.System, _log)!.Find(source.Key, source.Spec);
        Assert.Equal((made.IsOptimized, made.Bytes, made.ModelFile), (found!.IsOptimized, found.Bytes, found.ModelFile));
        Assert.InRange(new FileInfo(found.ModelFile).Length, 1, graph.Model.Length / 4); // its weights are elsewhere
        Assert.Equal(right, await Run(source with { Compile = () => throw new InvalidOperationException("compiled again") }, Options));

        Change(Path.Combine(Assert.Single(Entries), PreparedEntry.Weights), b => b[b.Length / 2] ^= 1);
        Assert.Equal(right, await Run(source, Options));
        Assert.Contains(4005, _log.Warnings);
        Assert.True(PreparedFolder.Of(Options, TimeProvider.System, _log, graph.Model.Length)!.Find(source.Key, source.Spec)!.IsOptimized);
    }

    [Fact]
    public void A_large_graph_is_tried_from_the_files_that_are_kept()
    {
        var graph = Gradient(1).Compile();
        var large = PreparedFolder.Of(Options, TimeProvider.System, _log, graph.Model.Length - 1)!;
        Assert.Throws<SaliencyException>(() => large.Make(graph, (_, _, _) => throw new SaliencyException("SAL4022", "It ended.", "None.")));
        Assert.Empty(Entries);
        (string File, long Bytes)[] tried = [];
        var made = large.Make(graph, (_, folder, optimize) =>
        {
            Assert.False(optimize);
            tried = [.. new DirectoryInfo(folder).GetFiles().Select(f => (f.Name, f.Length)).Order()];
        });
        Assert.Equal([PreparedEntry.Model, PreparedEntry.Weights], tried.Select(f => f.File));
        Assert.Equal(made!.Bytes, tried.Sum(f => f.Bytes));
    }

    [Fact]
    public void A_large_graph_that_alone_is_over_the_budget_is_not_kept()
    {
        var graph = HandGraphs.Square(1, "large", 10_000);
        var large = graph with { Model = new byte[17 << 20] };
        Assert.Null(PreparedFolder.Of(Options with { CacheFolderMegabytes = 16 }, TimeProvider.System, _log, 1 << 20)!.Make(large));
        Assert.Empty(Entries);
        Assert.Empty(_log.Warnings);
    }

    [Fact]
    public async Task Of_derived_models_nothing_is_kept()
    {
        await Run(Gradient(1) with { DerivedFrom = "another" }, Options);
        Assert.Empty(Entries);
    }

    private static GraphSource Gradient(int batch) => GraphSource.Of(Bears, new() { ImageShape = [3, 64, 64], MicroBatch = batch });

    private static bool Find(PreparedFolder folder, ExplanationGraph graph) => folder.Find(GraphSource.Of(graph).Key, graph.Spec) is not null;

    private static void Change(string file, Action<byte[]> change)
    {
        var bytes = File.ReadAllBytes(file);
        change(bytes);
        File.WriteAllBytes(file, bytes);
    }

    // A device of its own each time: what the one before it had in memory is gone.
    private async Task<float[]> Run(GraphSource source, DeviceOptions options)
    {
        await using var device = new Device(options, TimeProvider.System, _log);
        await device.LoadAsync(source, TestContext.Current.CancellationToken);
        return await device.RunAsync(source, (runner, c) => TestDevice.Evaluate(runner, 11, c), TestContext.Current.CancellationToken);
    }

    private sealed class Told : ILogger
    {
        public ConcurrentQueue<int> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning) Warnings.Enqueue(eventId.Id);
        }
    }
}
