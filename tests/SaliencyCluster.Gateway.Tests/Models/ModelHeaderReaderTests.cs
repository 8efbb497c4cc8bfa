using SaliencyCluster.Autodiff;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Models;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Tests.Models;

public sealed class ModelHeaderReaderTests
{
    private static readonly ModelSummary Summary = new("hash", 13, "x", [3, 8, 8], "y", [2], true, false, [], null, [], 0, 10);

    [Fact]
    public void Nothing_given_means_pixels_from_0_to_1()
    {
        var registration = ModelHeaderReader.Read(new ModelHeader { Name = "m" }, Summary, 99);
        Assert.Equal((0.00392156862745098, 0.0, 1.0, 99L), (registration.Preprocessing.Scale, registration.Preprocessing.Mean.Single(), registration.Preprocessing.Std.Single(), registration.Bytes));
        Assert.Empty(registration.Labels);
    }

    [Fact]
    public void Resizing_is_stored_and_said_again_and_nothing_given_stores_what_it_always_did()
    {
        var resize = new Resize { Mode = "crop", Interpolation = "bicubic", ShortSide = 9, Height = 8, Width = 8, Fill = { 1, 2, 3 } };
        var header = new ModelHeader { Name = "m", Preprocessing = new() { Resize = resize, BlueFirst = true } };
        var registration = ModelHeaderReader.Read(header, Summary, 99);
        var said = ModelMapping.Write(new Grains.Abstractions.Models.ModelInfo(1, DateTimeOffset.UnixEpoch, registration),
            quarantine: null).Preprocessing;
        Assert.Equal((resize, true), (said.Resize, said.BlueFirst));
        // The fingerprint of a registration is its JSON: the same model must not become another version.
        Assert.Equal(
            """{"Scale":0.00392156862745098,"Mean":[0],"Std":[1]}""",
            System.Text.Json.JsonSerializer.Serialize(ModelHeaderReader.Read(new ModelHeader { Name = "m" }, Summary, 99).Preprocessing));
    }

    [Fact]
    public void Resizing_that_no_image_could_pass_is_refused_by_field()
    {
        var resize = new Resize { Mode = "croop", Interpolation = "cubic", Height = 3, Fill = { 300 } };
        var error = Assert.Throws<InvalidRequestException>(() =>
            ModelHeaderReader.Read(new ModelHeader { Name = "m", Preprocessing = new() { Resize = resize } }, Summary, 99));
        Assert.Equal(["mode", "interpolation", "height", "fill"], error.Fields.Select(f => f.Field.Split('.')[^1]));
        resize = new Resize { Mode = "fit", Height = 9, Width = 8 };
        error = Assert.Throws<InvalidRequestException>(() =>
            ModelHeaderReader.Read(new ModelHeader { Name = "m", Preprocessing = new() { Resize = resize } }, Summary, 99));
        Assert.Equal("Images are brought to 9x8, and the model takes 8x8.", error.What);
    }

    [Fact]
    public void Everything_that_does_not_fit_the_model_is_named_at_once()
    {
        var header = new ModelHeader { Name = "m", Labels = { "a", "b", "c" }, Preprocessing = new() { Scale = 0, Mean = { 1, 2 }, Std = { 1, 0, 1 } } };
        var error = Assert.Throws<InvalidRequestException>(() => ModelHeaderReader.Read(header, Summary, 99));
        Assert.Equal("SAL2614", error.Code);
        Assert.Equal(["header.preprocessing.scale", "header.preprocessing.mean", "header.preprocessing.std", "header.labels"], error.Fields.Select(f => f.Field));
        Assert.Equal(
            "The scale is 0; it must be a number other than 0. There are 2 values of mean; the model has 3 channels, so give one value or 3. "
            + "A value of std is 0; every one must be above 0. There are 3 labels; the model has 2 classes.", error.What);
    }

    [Fact]
    public void Labels_that_would_command_a_terminal_or_fill_a_page_are_refused()
    {
        ModelHeader Labelled(string label) => new() { Name = "m", Labels = { "cat", label } };
        Assert.Equal(("header.labels[1]", "It has a control character."), Field("dog\u001b[2J"));
        Assert.Equal(("header.labels[1]", "It has 1001 characters; 1000 may be."), Field(new('d', 1001)));
        Assert.Equal(["cat", "\u72d7, dog"], ModelHeaderReader.Read(Labelled("\u72d7, dog"), Summary, 99).Labels);

        (string, string) Field(string label)
        {
            var field = Assert.Throws<InvalidRequestException>(() => ModelHeaderReader.Read(Labelled(label), Summary, 99)).Fields.Single();
            return field;
        }
    }
}
