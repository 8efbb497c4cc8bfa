using System.Text;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Tests.Images;

public class NpyFileTests
{
    [Theory]
    [InlineData(3, 4, 5)]
    [InlineData(7)]
    [InlineData(1, 0)]
    public void What_was_written_is_read(params int[] shape)
    {
        var tensor = Tensor.Zeros(shape);
        for (var i = 0; i < tensor.Data.Length; i++) tensor.Data[i] = i * 0.1f;
        var file = NpyFile.Write(tensor);
        var read = NpyFile.Read(file, "x.npy");
        Assert.Equal(tensor.Shape, read.Shape);
        Assert.Equal(tensor.Data, read.Data);
        Assert.Equal(0, (file.Length - 4 * tensor.Data.Length) % 64);
    }

    [Fact]
    public void Bytes_and_doubles_are_converted()
    {
        Assert.Equal([1f, 255f], NpyFile.Read(File("|u1", "(2,)", [1, 255]), "x").Data);
        Assert.Equal([0.5f], NpyFile.Read(File("<f8", "(1,)", BitConverter.GetBytes(0.5)), "x").Data);
    }

    [Theory]
    [InlineData("<f4", "(2,)", 4, "it has 4 bytes of data where its shape needs 8")]
    [InlineData(">f4", "(1,)", 4, "its element type is '>f4'; float32 ('<f4'), float64 ('<f8') and uint8 ('|u1') can be read")]
    [InlineData("<f4", "(99999,99999)", 4, "its shape (99999,99999) has more than 1073741824 elements")]
    [InlineData("<f4", "(-1,)", 4, "its shape (-1,) is not readable")]
    public void A_wrong_file_says_what_is_wrong(string type, string shape, int bytes, string why)
    {
        var error = Assert.Throws<SaliencyException>(() => NpyFile.Read(File(type, shape, new byte[bytes]), "x.npy"));
        Assert.Equal(("SAL2110", $"'x.npy' cannot be read as .npy: {why}."), (error.Code, error.What));
    }

    [Fact]
    public void Other_bytes_are_refused() =>
        Assert.Contains("magic bytes", Assert.Throws<SaliencyException>(() => NpyFile.Read(Encoding.ASCII.GetBytes("hello, world, hello"), "x")).What, StringComparison.Ordinal);

    private static byte[] File(string type, string shape, byte[] data)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. data];
    }
}
