using Google.Protobuf;
using SaliencyCluster.Client.Maps;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Tests.Maps;

public sealed class MapAssemblerTests
{
    [Fact]
    public void Pieces_in_order_make_the_map()
    {
        var assembler = new MapAssembler();
        Assert.Null(assembler.Add(Chunk(0, 1f)));
        var map = assembler.Add(Chunk(4, 2f));
        Assert.Equal([1f, 2f], map!.Values);
        Assert.Equal([1, 2], map.Shape);
    }

    [Fact]
    public void A_first_piece_begins_a_new_map_whatever_came_before()
    {
        var assembler = new MapAssembler();
        assembler.Add(Chunk(0, 1f));
        assembler.Add(Chunk(0, 3f));
        Assert.Equal([3f, 4f], assembler.Add(Chunk(4, 4f))!.Values);
    }

    [Theory]
    [InlineData(4L)]
    [InlineData(8L)]
    public void A_piece_out_of_order_is_refused(long offset)
    {
        var assembler = new MapAssembler();
        if (offset == 8) assembler.Add(Chunk(0, 1f));
        var error = Assert.Throws<InvalidDataException>(() => assembler.Add(Chunk(offset, 2f)));
        Assert.Equal($"A piece of a map starts at byte {offset}, but {offset - 4} bytes have arrived.", error.Message);
    }

    private static TensorChunk Chunk(long offset, float value) => new() { Shape = { 1, 2 }, Offset = offset, Data = ByteString.CopyFrom(BitConverter.GetBytes(value)) };
}
