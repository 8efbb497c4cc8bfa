using SaliencyCluster.Dashboard.Models;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Tests.Models;

public sealed class PreprocessingTextTests
{
    [Fact]
    public void Numbers_are_read_with_commas_and_as_ratios()
    {
        var read = PreprocessingText.Parse("1/255", "0.485, 0.456,0.406", "0.5");
        Assert.Equal(1.0 / 255, read.Scale);
        Assert.Equal([0.485, 0.456, 0.406], read.Mean);
        Assert.Equal([0.5], read.Std);
    }

    [Fact]
    public void Empty_fields_are_left_to_the_gateway()
    {
        var read = PreprocessingText.Parse("", " ", "");
        Assert.False(read.HasScale);
        Assert.Empty(read.Mean);
        Assert.Empty(read.Std);
    }

    [Theory]
    [InlineData("1,2", "", "Scale is '1,2'; it must be one number.")]
    [InlineData("x", "", "Scale is 'x'; it must be numbers with commas between them, such as 0.485, 0.456, 0.406.")]
    [InlineData("", "1/2/3", "Mean is '1/2/3'; it must be numbers with commas between them, such as 0.485, 0.456, 0.406.")]
    public void What_is_no_number_is_named(string scale, string mean, string error) =>
        Assert.Equal(error, Assert.Throws<FormatException>(() => PreprocessingText.Parse(scale, mean, "")).Message);

    [Fact]
    public void The_formula_names_only_what_it_does()
    {
        Assert.Equal("pixel / 255", PreprocessingText.Write(new() { Mean = { 0, 0, 0 }, Std = { 1, 1, 1 } }));
        Assert.Equal("(pixel × 1 − [123.675, 116.28]) ÷ 58", PreprocessingText.Write(new Preprocessing { Scale = 1, Mean = { 123.675, 116.28 }, Std = { 58 } }));
    }
}
