using System.Text;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Presets;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Tests.Images;

/// <summary>Configurations as they stand in well-known repositories, against what their image processors do.</summary>
public class PreprocessorConfigTests
{
    [Fact]
    public void Clip_of_before_reads_size_as_the_short_side()
    {
        var p = Read("""
            {"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true,
                "feature_extractor_type": "CLIPFeatureExtractor",
            "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3,
                "size": 224}
            """);
        Assert.Equal(new ResizePolicy(ResizeMode.Crop, Interpolation.Bicubic) { ShortSide = 224, Size = (224, 224) }, p.Resize);
        Assert.Equal((1.0 / 255, 0.48145466, 0.27577711), (p.Scale, p.Mean[0], p.Std[2]));
    }

    [Fact]
    public void Vit_stretches_to_a_square()
    {
        var p = Read("""{"do_normalize": true, "do_resize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "size": 224, "feature_extractor_type": "ViTFeatureExtractor"}""");
        Assert.Equal(new ResizePolicy(ResizeMode.Stretch) { Size = (224, 224) }, p.Resize);
        Assert.Equal(0.5, p.Std[1]);
    }

    [Theory]
    [InlineData(224, ResizeMode.Crop, 256)]
    [InlineData(384, ResizeMode.Stretch, null)] // larger ones are not cropped
    public void Convnext_crops_below_384(int size, ResizeMode mode, int? shortSide)
    {
        var p = Read($$"""
            {"crop_pct": 0.875, "do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.485, 0.456, 0.406],
                "image_std": [0.229, 0.224, 0.225],
            "image_processor_type": "ConvNextImageProcessor", "resample": 3, "rescale_factor": 0.00392156862745098,
                "size": {"shortest_edge": {{size}} } }
            """);
        Assert.Equal(new ResizePolicy(mode, Interpolation.Bicubic) { ShortSide = shortSide, Size = (size, size) }, p.Resize);
    }

    [Fact]
    public void Mobilevit_is_blue_first_and_not_normalised()
    {
        var p = Read("""
            {"crop_size": {"height": 256, "width": 256}, "do_center_crop": true, "do_flip_channel_order": true, "do_rescale": true,
                "do_resize": true,
            "do_normalize": false, "image_processor_type": "MobileViTImageProcessor", "resample": 2,
                "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 288} }
            """);
        Assert.True(p.BlueFirst);
        Assert.Equal((288, (256, 256), 0.0, 1.0), (p.Resize.ShortSide, p.Resize.Size, p.Mean.Single(), p.Std.Single()));
    }

    [Fact]
    public void Efficientnet_takes_one_away_and_divides_twice()
    {
        var p = Read("""
            {"do_normalize": true, "do_resize": true, "do_rescale": true, "include_top": true, "rescale_factor": 0.00784313725490196,
                "rescale_offset": true, "resample": 0,
            "image_mean": [0.485, 0.456, 0.406], "image_std": [0.47853944, 0.4732864, 0.47434163],
                "image_processor_type": "EfficientNetImageProcessor", "size": {"height": 224, "width": 224} }
            """);
        var input = (p with { Resize = ResizePolicy.Default }).Apply(new(1, 1, [100, 200, 50]), [3, 1, 1], "x");
        Assert.Equal(((100 / 127.5) - 1 - 0.485) / 0.47853944 / 0.47853944, input.Data[0], 1e-5);
        Assert.Equal(Interpolation.Nearest, p.Resize.Interpolation);
    }

    [Theory]
    [InlineData("""{"do_resize": true, "size": {"shortest_edge": 800, "longest_edge": 1333}, "do_normalize": false}""", "longest_edge")]
    [InlineData("""{"do_pad": true, "size": 3}""", "do_pad")]
    [InlineData("""{"size": {"shortest_edge": 224}, "do_normalize": false}""", "shortest_edge without do_center_crop")]
    [InlineData("""{"size": 224, "do_normalize": true}""", "image_mean is missing")]
    [InlineData("""{"size": 224, "resample": 9, "do_normalize": false}""", "resample is 9")]
    [InlineData("""{"size": "large", "do_normalize": false}""", "size is \"large\"")]
    [InlineData("""{"model_type": "vit"}""", "it says none of")]
    [InlineData("[1", "")]
    [InlineData("[]", "it is no object")]
    public void What_cannot_be_done_as_said_is_refused_by_its_member(string json, string says)
    {
        var error = Assert.Throws<SaliencyException>(() => Read(json));
        Assert.Equal("SAL2514", error.Code);
        Assert.Contains(says, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Presets_are_what_their_libraries_do()
    {
        var place = PreprocessingPresets.All["imagenet"].Resize.Place(480, 640, 224, 224);
        Assert.Equal((256 / 480.0, 341 / 640.0, -16, -58),
            (place.ScaleY, place.ScaleX, place.OffsetY, place.OffsetX)); // Resize(256), CenterCrop(224): (341 - 224) / 2 = 58.5, to even
        var letterbox = PreprocessingPresets.All["yolo"].Resize.Place(480, 640, 640, 640);
        Assert.Equal((1, 1, 80, 0), (letterbox.ScaleY, letterbox.ScaleX, letterbox.OffsetY, letterbox.OffsetX));
    }

    private static Preprocessing Read(string json) => PreprocessorConfig.Read(Encoding.UTF8.GetBytes(json), "preprocessor_config.json");
}
