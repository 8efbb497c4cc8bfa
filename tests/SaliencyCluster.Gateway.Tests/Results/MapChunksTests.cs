using SaliencyCluster.Gateway.Results;

namespace SaliencyCluster.Gateway.Tests.Results;

public sealed class MapChunksTests
{
    [Fact]
    public void A_small_map_is_one_piece()
    {
        var chunk = Assert.Single(MapChunks.Of([1, 2], new float[] { 1, 2 }));
        Assert.Equal([1L, 2L], chunk.Shape);
        Assert.Equal([0, 0, 128, 63, 0, 0, 0, 64], chunk.Data.ToByteArray());
    }

    [Fact]
    public void No_piece_is_larger_than_a_mebibyte_and_together_they_are_the_map()
    {
        var values = Enumerable.Range(0, 600_000).Select(i => (float)i).ToArray();
        var chunks = MapChunks.Of([600_000], values).ToList();
        Assert.Equal([(0L, 1 << 20), (1 << 20, 1 << 20), (2 << 20, 2_400_000 - (2 << 20))], chunks.Select(c => (c.Offset, c.Data.Length)));
        Assert.Equal(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values).ToArray(), chunks.SelectMany(c => c.Data));
    }
}
