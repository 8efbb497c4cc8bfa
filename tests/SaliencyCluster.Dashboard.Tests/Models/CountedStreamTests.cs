using SaliencyCluster.Dashboard.Models;

namespace SaliencyCluster.Dashboard.Tests.Models;

public sealed class CountedStreamTests
{
    [Fact]
    public async Task Every_mebibyte_is_told_once()
    {
        var told = new List<long>();
        await using var stream = new CountedStream(new MemoryStream(new byte[5 << 19]), told.Add);
        var buffer = new byte[1 << 19];
        while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) > 0) Assert.False(stream.CanSeek);
        Assert.Equal([1L << 20, 2 << 20], told);
        Assert.Equal(5 << 19, stream.Position);
    }
}
