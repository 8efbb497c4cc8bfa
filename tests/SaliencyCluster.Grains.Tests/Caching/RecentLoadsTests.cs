using SaliencyCluster.Attribution;
using SaliencyCluster.Grains.Caching;

namespace SaliencyCluster.Grains.Tests.Caching;

public sealed class RecentLoadsTests
{
    private readonly RecentLoads<Tensor> _images = new(2 * 100, image => image.Data.Length);
    private int _decoded;

    [Fact]
    public async Task An_image_is_decoded_once_for_all_who_ask()
    {
        var gate = new TaskCompletionSource();
        var asked = Enumerable.Range(0, 5).Select(_ => _images.GetAsync("a", async () => { await gate.Task; return Decode(); })).ToArray();
        gate.SetResult();
        Assert.Single((await Task.WhenAll(asked)).Distinct());
        Assert.Equal(1, _decoded);
    }

    [Fact]
    public async Task What_was_not_used_for_longest_goes_when_there_is_no_room()
    {
        foreach (var key in (string[])["a", "b", "a", "c", "a", "b"]) await _images.GetAsync(key, () => Task.FromResult(Decode()));
        Assert.Equal(4, _decoded);
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        await Assert.ThrowsAsync<IOException>(() => _images.GetAsync("a", () => throw new IOException("The test has no disk.")));
        await Assert.ThrowsAsync<IOException>(() => _images.GetAsync("a", () => Task.FromException<Tensor>(new IOException("The test has no disk."))));
        Assert.NotNull(await _images.GetAsync("a", () => Task.FromResult(Decode())));
    }

    private Tensor Decode()
    {
        _decoded++;
        return Tensor.Zeros([100]);
    }
}
