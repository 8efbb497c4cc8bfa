using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Explain;

/// <summary>Segments that a file says: an array of numbers, or a picture of one colour for each.</summary>
public sealed class SegmentFileTests : IDisposable
{
    private const int Side = 28;
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-segments").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("cells.npy")]
    [InlineData("integers.npy")] // as scikit-image gives them
    [InlineData("cells.png")]
    public async Task A_file_of_four_quarters_gives_the_map_of_a_grid(string name)
    {
        int[] quarters = [.. Enumerable.Range(0, Side * Side).Select(p => (2 * (p / (Side * Side / 2))) + (p % Side / (Side / 2)))];
        var file = Path.Combine(_folder, name);
        await File.WriteAllBytesAsync(file, name == "integers.npy" ? Integers(quarters) : name == "cells.npy"
            ? NpyFile.Write(new([Side, Side], Array.ConvertAll(quarters, q => (float)(9 - q))))
            : PictureEncoder.Png(new(Side, Side, [.. quarters.SelectMany(q => (byte[])[(byte)(40 * q), 7, 200])])),
            TestContext.Current.CancellationToken);
        Assert.Equal(await Map("grid:2", "grid"), await Map(file, "file"));
    }

    [Fact]
    public async Task A_file_that_is_missing_or_of_another_size_says_so()
    {
        var missing = await Explain(Path.Combine(_folder, "none.png"), "missing");
        Assert.NotEqual(0, missing.Exit);
        Assert.Contains("SAL2510", missing.Error, StringComparison.Ordinal);
        var file = Path.Combine(_folder, "wide.npy");
        await File.WriteAllBytesAsync(file, NpyFile.Write(Tensor.Zeros(Side, Side + 1)), TestContext.Current.CancellationToken);
        var wide = await Explain(file, "wide");
        Assert.NotEqual(0, wide.Exit);
        Assert.Contains("SAL2041", wide.Error, StringComparison.Ordinal);
    }

    private static byte[] Integers(int[] numbers)
    {
        var header = System.Text.Encoding.ASCII.GetBytes(
            $"{{'descr': '<i8', 'fortran_order': False, 'shape': ({Side}, {Side}), }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. numbers.SelectMany(n => BitConverter.GetBytes(n - 7L))];
    }

    private async Task<byte[]> Map(string segments, string folder)
    {
        var run = await Explain(segments, folder);
        Assert.True(run.Exit == 0, run.Error);
        return await File.ReadAllBytesAsync(
            Path.Combine(_folder, folder, "digit-3", "feature-ablation.npy"), TestContext.Current.CancellationToken);
    }

    private Task<Run> Explain(string segments, string folder) => Run.Of(
        "explain", "--local", "--model", Repo.Model("mnist-cnn"),
        "--input", Path.Combine(Repo.Root, "samples", "images", "mnist", "digit-3.png"), "--method", "feature-ablation",
        "--segments", segments, "--out", Path.Combine(_folder, folder));
}
