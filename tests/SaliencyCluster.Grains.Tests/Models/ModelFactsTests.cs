using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Models;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Models;

/// <summary>What requests leave out of their model, and get back. FACTS_MODEL measures those of another model by hand.</summary>
public sealed class ModelFactsTests : IDisposable
{
    // As many as ImageNet has, as long as its names are in the mean.
    private static readonly string[] Labels =
        [.. Enumerable.Range(0, 1000).Select(i => string.Create(CultureInfo.InvariantCulture, $"some animal, no. {i}"))];

    private static readonly ModelSummary Summary = ModelSummary.Of(ModelReader.ReadFile(
        Environment.GetEnvironmentVariable("FACTS_MODEL") ?? Repo.Model("bears-clean"))) with { OutputShape = [Labels.Length] };

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly TemporaryFolder _folder = new();
    private readonly FolderBlobStore _blobs;

    public ModelFactsTests() => _blobs = new(_folder.Path, TimeProvider.System);

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("gradient")]
    [InlineData("grad-cam")]
    [InlineData("deeplift")]
    public async Task A_request_is_the_same_text_when_what_it_left_out_is_put_back(string method)
    {
        var request = Resolved(method);
        var brief = await StoredAsync(leftOut => leftOut.Of(request));
        // A store that has not written it, as another gateway's.
        var image = await ImageWorks.OfDigitAsync(new() { Method = "gradient" }, new('a', 64));
        var completed = await new FactStore(_blobs).CompleteAsync(image with { Request = Sent(brief.Request), Facts = [brief.Facts] });
        Assert.Equal(JsonSerializer.Serialize(request), JsonSerializer.Serialize(completed.Request));
        Assert.Empty(completed.Facts);
    }

    [Fact]
    public async Task A_request_has_neither_class_names_nor_layers_and_all_of_a_model_share_one_blob()
    {
        var (trained, methods) = (Resolved("gradient"), new[] { "gradient", "smoothgrad", "integrated-gradients" });
        ResolvedRequest[] requests =
        [
            .. methods.Select(Resolved),
            // As an evaluation asks for that randomises weights.
            trained with { Model = trained.Model with { Hash = new('f', 64) } },
        ];
        var brief = await StoredAsync(leftOut => requests.Select(leftOut.Of).ToArray());
        Assert.Single(brief.Select(b => b.Facts).Distinct());
        Assert.Equal(1, await _blobs.ListAsync(Test.Token).CountAsync(Test.Token));
        Assert.Equal(requests.Select(r => r.Model.Hash), brief.Select(b => b.Request.Model.Hash));
        var (whole, sent) = (Bytes(requests[..3]), Bytes(brief[..3].Select(b => b.Request).ToArray()));
        TestContext.Current.TestOutputHelper!.WriteLine($"three requests of a network with 1,000 classes: {whole.Length} bytes whole, {sent.Length} without");
        Assert.DoesNotContain(Labels[500], Encoding.UTF8.GetString(sent), StringComparison.Ordinal);
        Assert.InRange(sent.Length, 1, 3 * 2_000);
        Assert.InRange(whole.Length, 3 * 20_000, int.MaxValue);
    }

    [Fact]
    public async Task A_registration_gets_back_what_it_left_out()
    {
        var model = new ModelInfo(3, default, new("bears", Summary.Hash, 7, ModelPreprocessing.Default, Labels, Summary));
        var brief = await StoredAsync(leftOut => leftOut.Of(model));
        Assert.Equal([Summary.Hash, brief.Facts!], brief.Blobs);
        Assert.Equal((model.Label, 0), (brief.Info.Label, brief.Info.Registration.Labels.Length));
        Assert.Equal(JsonSerializer.Serialize(model), JsonSerializer.Serialize(await new FactStore(_blobs).CompleteAsync(brief)));
        // What versions before stored.
        Assert.Same(model, await new FactStore(_blobs).CompleteAsync(new BriefModel(model, null)));
    }

    [Fact]
    public async Task Facts_that_are_not_there_are_an_error_of_the_store()
    {
        var work = await ImageWorks.OfDigitAsync(new() { Method = "gradient" }, new('a', 64)) with { Facts = [new('b', 64)] };
        var store = new FactStore(_blobs);
        Assert.Equal("SAL9102", (await Assert.ThrowsAsync<SaliencyException>(() => store.CompleteAsync(work))).Code);
    }

    private async Task<T> StoredAsync<T>(Func<LeftOut, T> take)
    {
        var leftOut = new LeftOut();
        var brief = take(leftOut);
        await new FactStore(_blobs).StoreAsync(leftOut, Test.Token);
        return brief;
    }

    private static ResolvedRequest Resolved(string method) => RequestResolver.Resolve(new() { Method = method }, Summary, Labels);

    private byte[] Bytes(ResolvedRequest[] requests) => _services.GetRequiredService<Serializer>().SerializeToArray(requests);

    private ResolvedRequest Sent(ResolvedRequest request)
    {
        var serializer = _services.GetRequiredService<Serializer>();
        return serializer.Deserialize<ResolvedRequest>(serializer.SerializeToArray(request))!;
    }
}
