using Google.Protobuf.WellKnownTypes;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Trials;
using SaliencyCluster.Grains.Images;
using SaliencyCluster.Protocol.V1;
using ListingOnWire = SaliencyCluster.Protocol.V1.ModelListing;

namespace SaliencyCluster.Gateway.Models;

/// <summary>Writes models for the wire.</summary>
internal static class ModelMapping
{
    public static Model Write(ModelInfo info, ModelQuarantine? quarantine)
    {
        var (registration, summary) = (info.Registration, info.Registration.Summary);
        var model = new Model
        {
            Name = registration.Name,
            Version = info.Version,
            Sha256 = summary.Hash,
            Size = registration.Bytes,
            AddedAt = Timestamp.FromDateTimeOffset(info.Registered),
            Preprocessing = new Preprocessing
            {
                Scale = registration.Preprocessing.Scale,
                BlueFirst = registration.Preprocessing.BlueFirst,
                Resize = ResizeReader.Write(StoredPreprocessing.Read(registration.Preprocessing).Resize),
            },
            Opset = summary.Opset,
            Input = summary.Input,
            Output = summary.Output,
            Parameters = summary.Parameters,
            EndsInSoftmax = summary.EndsInSoftmax,
            FreeBatch = summary.FreeBatch,
            Layout = summary.Layout.Name(),
            Activation = summary.Activation ?? "",
            LastConv = summary.LastConvolution ?? "",
            LastTokens = summary.LastTokens ?? "",
            Quarantine = quarantine is null ? null : Write(quarantine),
        };
        if (summary.Cost is { } cost)
        {
            model.Cost = new()
            {
                ForwardPeakBytes = cost.ForwardPeakBytes, ForwardOperations = cost.ForwardOperations,
                GradientPeakBytes = cost.GradientPeakBytes, GradientOperations = cost.GradientOperations,
            };
        }
        model.Preprocessing.Mean.AddRange(registration.Preprocessing.Mean);
        model.Preprocessing.Std.AddRange(registration.Preprocessing.Std);
        model.Labels.AddRange(registration.Labels);
        model.ImageShape.AddRange(summary.InputShape);
        model.OutputShape.AddRange(summary.OutputShape);
        model.Outputs.AddRange(summary.AllOutputs.Select(o => new ModelOutput { Name = o.Name, Shape = { o.Shape }, Problem = o.Problem ?? "" }));
        model.Layers.AddRange(summary.Layers.Select(l => new Layer
        {
            Tensor = l.Tensor, Operator = l.Operator, Shape = { l.Shape }, GradCam = l.GradCam, ChannelsLast = l.ChannelsLast,
        }));
        model.Attention.AddRange((summary.Attention?.Layers ?? []).Select(a => new AttentionLayer
        {
            Name = a.Name, Heads = a.Heads, Queries = a.Queries, Keys = a.Keys, Problem = a.Problem ?? "",
        }));
        model.AttentionProblem = summary.Attention?.Problem ?? "";
        model.Methods.AddRange(MethodFit.Of(summary).Select(m => new MethodSupport { Method = m.Method, Missing = m.Reason ?? "" }));
        return model;
    }

    public static ListingOnWire Write(Grains.Abstractions.Models.ModelListing line, ModelQuarantine? quarantine) => new()
    {
        Name = line.Name,
        Version = line.Version,
        Sha256 = line.Hash,
        Size = line.Bytes,
        AddedAt = Timestamp.FromDateTimeOffset(line.Registered),
        Quarantine = quarantine is null ? null : Write(quarantine),
    };

    public static Quarantine Write(ModelQuarantine quarantine) => new()
    {
        Sha256 = quarantine.Model,
        Since = Timestamp.FromDateTimeOffset(quarantine.Since),
        Ended = quarantine.Ended,
        Last = quarantine.Last,
    };
}
