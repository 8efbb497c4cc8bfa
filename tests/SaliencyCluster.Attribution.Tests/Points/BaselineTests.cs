using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Tests.Points;

public class BaselineTests
{
    private static readonly Tensor Image = new([2, 2, 2], [0, 1, 2, 3, 10, 10, 10, 14]);

    [Theory]
    [InlineData("zeros", new float[] { 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("ones", new float[] { 1, 1, 1, 1, 1, 1, 1, 1 })]
    [InlineData("black", new float[] { 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("white", new float[] { 14, 14, 14, 14, 14, 14, 14, 14 })]
    [InlineData("mean", new[] { 1.5f, 1.5f, 1.5f, 1.5f, 11, 11, 11, 11 })]
    public void Plain_baselines_are_what_their_names_say(string text, float[] expected) => Assert.Equal(expected, Make(text)[0].Data);

    [Fact]
    public void A_wide_blur_tends_to_the_mean_colour_and_a_narrow_one_to_the_image()
    {
        var (wide, narrow) = (Make("blur:50")[0].Data, Make("blur:0.1")[0].Data);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(i < 4 ? 1.5f : 11, wide[i], 0.05f);
            Assert.Equal(Image.Data[i], narrow[i], 1e-4f);
        }
    }

    [Fact]
    public void Uniform_noise_lies_within_the_image_and_each_one_differs()
    {
        var (first, second) = (Make("uniform,uniform")[0].Data, Make("uniform,uniform")[1].Data);
        Assert.All(first.Concat(second), v => Assert.InRange(v, 0, 14));
        Assert.NotEqual(first, second);
        Assert.Equal(first, Make("uniform")[0].Data);
    }

    [Fact]
    public void Names_that_are_no_words_are_files_in_order() =>
        Assert.Equal(["a.npy", "b.npy"], BaselineSpec.Files("zeros, a.npy,blur:3,b.npy"));

    [Fact]
    public void A_stored_baseline_must_be_there_and_fit()
    {
        Assert.Equal("SAL2042", Assert.Throws<SaliencyException>(() => Make("a.npy")).Code);
        Assert.Equal("SAL2041", Assert.Throws<SaliencyException>(() => Make("a.npy", Tensor.Zeros(1, 2, 2))).Code);
    }

    private static Tensor[] Make(string text, params Tensor[] stored) =>
        BaselineFactory.All(BaselineSpec.Recipes(new() { Method = "occlusion", Baseline = text, Seed = 5 }, 1), Image, stored);
}
