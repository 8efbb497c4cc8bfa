using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Dashboard.Jobs;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Tests.Jobs;

public sealed class OptionFormTests
{
    private static readonly Model Model = new() { Name = "m", Labels = { "cat", "dog" }, LastConv = "conv5", Layers = { new Layer { Tensor = "conv5", GradCam = true } } };

    [Fact]
    public void Options_become_fields_of_the_request_by_their_type()
    {
        var form = Form("occlusion", ("window", "8,8"), ("stride", ""), ("baseline", "zeros"));
        Fill(form, "window", "3, 4");
        Fill(form, "baseline", "mean");
        Fill(form, "target", "dog");
        Assert.Equal(new ExplanationOptions { Method = "occlusion", Window = { 3, 4 }, Baseline = "mean", Target = "dog" }, form.ToOptions());
    }

    [Theory]
    [InlineData("samples", "many", "Samples is 'many'; it must be a whole number, at least 0.")]
    [InlineData("stdev", "wide", "Stdev is 'wide'; it must be a number.")]
    [InlineData("window", "8x8", "Window is '8x8'; it must be two whole numbers such as 8,8.")]
    public void What_is_no_number_is_said_with_what_must_be_there(string option, string value, string message)
    {
        var form = Form("m", (option, ""));
        Fill(form, option, value);
        Assert.Equal(message, Assert.Throws<FormatException>(form.ToOptions).Message);
    }

    [Fact]
    public void Layers_and_labels_of_the_model_are_offered()
    {
        var form = Form("grad-cam", ("layer", "last-conv"));
        Assert.Equal(["last-conv", "conv5"], form.Fields.Single().Choices);
        Assert.Equal(["predicted", "cat", "dog"], form.General.Single(f => f.Name == "target").Choices);
    }

    [Fact]
    public void Tokens_of_a_transformer_are_offered_as_a_layer()
    {
        var tower = new Model
        {
            Name = "vit", LastConv = "patches", LastTokens = "tokens", Layers = { new Layer { Tensor = "tokens", GradCam = true } },
        };
        var form = new OptionForm(new Method { Name = "grad-cam", Options = { new Protocol.V1.MethodOption { Name = "layer" } } }, tower);
        Assert.Equal(["last-conv", "last-tokens", "tokens"], form.Fields.Single().Choices);
    }

    [Fact]
    public void Detections_of_a_detector_can_be_asked_for_and_of_nothing_else()
    {
        var detector = Model.Clone();
        detector.Methods.Add(new MethodSupport { Method = "d-rise" });
        var classifier = Model.Clone();
        classifier.Methods.Add(new MethodSupport { Method = "d-rise", Missing = "it finds no boxes" });
        Assert.DoesNotContain(new OptionForm(new Method { Name = "d-rise" }, classifier).General, f => f.Name is "detection" or "box");
        var form = new OptionForm(new Method { Name = "d-rise" }, detector);
        form.General.Single(f => f.Name == "detection").Value = "2";
        Assert.Equal(new ExplanationOptions { Method = "d-rise", Detection = 2 }, form.ToOptions());
    }

    [Fact]
    public void What_was_typed_stays_for_another_method_and_classes_for_the_same_model()
    {
        var before = Form("smoothgrad", ("samples", "50"), ("stdev", "0.15"));
        Fill(before, "samples", "8");
        Fill(before, "target", "dog");
        var other = new Model { Name = "other", Labels = { "lion" } };
        Assert.Equal(new ExplanationOptions { Method = "rise", Samples = 8, Target = "dog" }, After(Model).ToOptions());
        Assert.Equal(new ExplanationOptions { Method = "rise", Samples = 8 }, After(other).ToOptions());

        OptionForm After(Model model) => new(new Method { Name = "rise", Options = { new Protocol.V1.MethodOption { Name = "samples" } } }, model, before);
    }

    [Fact]
    public void Every_option_of_every_method_has_a_field()
    {
        foreach (var method in MethodCatalog.All)
        {
            var described = new Method { Name = method.Name, Options = { method.Description.Options.Select(o => new Protocol.V1.MethodOption { Name = o.Name, DefaultValue = o.Default ?? "" }) } };
            var form = new OptionForm(described, Model);
            Assert.Equal([], described.Options.Select(o => o.Name).Except(form.Fields.Concat(form.General).Select(f => f.Name)));
        }
    }

    private static OptionForm Form(string method, params (string Name, string Default)[] options) =>
        new(new Method { Name = method, Options = { options.Select(o => new Protocol.V1.MethodOption { Name = o.Name, DefaultValue = o.Default }) } }, Model);

    private static void Fill(OptionForm form, string name, string value) => form.Fields.Concat(form.General).Single(f => f.Name == name).Value = value;
}
