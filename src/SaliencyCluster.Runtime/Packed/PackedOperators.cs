using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Tiles.Operators;

namespace SaliencyCluster.Runtime.Packed;

/// <summary>
/// Operators on packed tensors as ONNX Runtime's own: their kernels are managed code. No exception leaves them; what goes wrong is an error
/// of the run. Function pointers and descriptions stay for the life of the process.
/// </summary>
internal static unsafe class PackedOperators
{
    // Numbers of ONNX Runtime's C interface.
    private const int Float = 1, UInt16 = 4, Required = 0, Optional = 1;
    private const int MostInputs = 8;
    private const string Code = "SAL4026";

    private static readonly byte* AttributeName = Text(PackedOperator.Attribute);
    private static readonly nint Domain = MakeDomain();

    /// <summary>Makes the operators known to sessions that are made with some options.</summary>
    public static void AddTo(SessionOptions options) =>
        OnnxRuntimeApi.Check(OnnxRuntimeApi.AddCustomOpDomain(options.DangerousGetHandle(), Domain));

    private static nint MakeDomain()
    {
        nint domain;
        OnnxRuntimeApi.Check(OnnxRuntimeApi.CreateCustomOpDomain(Text(PackedOperator.Domain), &domain));
        for (var i = 0; i < PackedOperator.All.Count; i++)
        {
            var description = (Description*)NativeMemory.AllocZeroed((nuint)sizeof(Description));
            *description = new()
            {
                // The first version whose callbacks return errors.
                Version = 16,
                GetName = &GetName,
                GetExecutionProvider = &GetExecutionProvider,
                GetInputType = &GetInputType,
                GetInputCount = &GetInputCount,
                GetOutputType = &GetOutputType,
                GetOutputCount = &GetOutputCount,
                Destroy = &Destroy,
                GetInputCharacteristic = &GetInputCharacteristic,
                GetOutputCharacteristic = &GetOutputCharacteristic,
                GetInputMemory = &GetInputMemory,
                VariadicInputMinimum = &One,
                VariadicInputHomogeneous = &One,
                VariadicOutputMinimum = &One,
                VariadicOutputHomogeneous = &One,
                CreateKernel = &CreateKernel,
                Compute = &Compute,
                Index = i,
                Name = Text(PackedOperator.All[i].Name),
            };
            OnnxRuntimeApi.Check(OnnxRuntimeApi.AddToDomain(domain, (nint)description));
        }
        return domain;
    }

    private static byte* Text(string text) => (byte*)Marshal.StringToCoTaskMemUTF8(text);

    private static PackedOperator Of(Description* description) => PackedOperator.All[description->Index];

    [UnmanagedCallersOnly]
    private static byte* GetName(Description* description) => description->Name;

    // The default: the processor.
    [UnmanagedCallersOnly]
    private static byte* GetExecutionProvider(Description* description) => null;

    [UnmanagedCallersOnly]
    private static int GetInputType(Description* description, nuint index) => Of(description).Inputs[(int)index].IsFloat ? Float : UInt16;

    [UnmanagedCallersOnly]
    private static nuint GetInputCount(Description* description) => (nuint)Of(description).Inputs.Count;

    [UnmanagedCallersOnly]
    private static int GetOutputType(Description* description, nuint index) => Of(description).ReturnsFloats ? Float : UInt16;

    [UnmanagedCallersOnly]
    private static nuint GetOutputCount(Description* description) => 1;

    [UnmanagedCallersOnly]
    private static int GetInputCharacteristic(Description* description, nuint index) =>
        Of(description).Inputs[(int)index].IsOptional ? Optional : Required;

    [UnmanagedCallersOnly]
    private static int GetOutputCharacteristic(Description* description, nuint index) => Required;

    [UnmanagedCallersOnly]
    private static int GetInputMemory(Description* description, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static int One(Description* description) => 1;

    [UnmanagedCallersOnly]
    private static nint CreateKernel(Description* description, nint api, nint info, nint* kernel)
    {
        var form = Of(description);
        try
        {
            nuint count = 0;
            OnnxRuntimeApi.Check(OnnxRuntimeApi.GetAttribute(info, AttributeName, null, &count));
            var numbers = new long[count];
            fixed (long* to = numbers) OnnxRuntimeApi.Check(OnnxRuntimeApi.GetAttribute(info, AttributeName, to, &count));
            *kernel = GCHandle.ToIntPtr(GCHandle.Alloc(new Kernel(form, form.Make(numbers))));
            return 0;
        }
        catch (Exception error)
        {
            return Error(form, error);
        }
    }

    [UnmanagedCallersOnly]
    private static void Destroy(nint kernel)
    {
        var handle = GCHandle.FromIntPtr(kernel);
        ((Kernel)handle.Target!).Made.Dispose();
        handle.Free();
    }

    [UnmanagedCallersOnly]
    private static nint Compute(nint kernel, nint context)
    {
        var (form, made) = (Kernel)GCHandle.FromIntPtr(kernel).Target!;
        try
        {
            nuint count;
            OnnxRuntimeApi.Check(OnnxRuntimeApi.GetInputCount(context, &count));
            if (count > MostInputs) throw new ArgumentException($"{count} inputs were given.");
            Span<TensorMemory> inputs = stackalloc TensorMemory[(int)count];
            for (var i = 0; i < inputs.Length; i++)
            {
                nint value;
                OnnxRuntimeApi.Check(OnnxRuntimeApi.GetInput(context, (nuint)i, &value));
                inputs[i] = value == 0 ? default : Memory(value, form.Inputs[i].IsFloat);
            }
            var shape = made.OutputShape.ToArray();
            nint output;
            fixed (long* sizes = shape)
                OnnxRuntimeApi.Check(OnnxRuntimeApi.GetOutput(context, 0, sizes, (nuint)shape.Length, &output));
            made.Run(new(inputs, Memory(output, form.ReturnsFloats)));
            return 0;
        }
        catch (Exception error)
        {
            return Error(form, error);
        }
    }

    private static TensorMemory Memory(nint value, bool isFloat)
    {
        nint about, data;
        nuint count;
        int type;
        OnnxRuntimeApi.Check(OnnxRuntimeApi.GetTensorTypeAndShape(value, &about));
        try
        {
            OnnxRuntimeApi.Check(OnnxRuntimeApi.GetElementType(about, &type));
            OnnxRuntimeApi.Check(OnnxRuntimeApi.GetElementCount(about, &count));
        }
        finally
        {
            OnnxRuntimeApi.ReleaseTypeAndShape(about);
        }
        if (type != (isFloat ? Float : UInt16)) throw new ArgumentException($"A tensor is of type {type}.");
        OnnxRuntimeApi.Check(OnnxRuntimeApi.GetData(value, &data));
        return new(data, checked((int)count));
    }

    private static nint Error(PackedOperator form, Exception error) =>
        OnnxRuntimeApi.Error($"{Code}: operator {form.Name} on packed tensors failed: {error.Message}");

    private sealed record Kernel(PackedOperator Form, PackedKernel Made);

    // OrtCustomOp of onnxruntime_c_api.h up to struct version 16, and behind it what our callbacks want to know.
    [StructLayout(LayoutKind.Sequential)]
    private struct Description
    {
        public uint Version;
        public nint CreateKernelWithoutErrors;
        public delegate* unmanaged<Description*, byte*> GetName;
        public delegate* unmanaged<Description*, byte*> GetExecutionProvider;
        public delegate* unmanaged<Description*, nuint, int> GetInputType;
        public delegate* unmanaged<Description*, nuint> GetInputCount;
        public delegate* unmanaged<Description*, nuint, int> GetOutputType;
        public delegate* unmanaged<Description*, nuint> GetOutputCount;
        public nint ComputeWithoutErrors;
        public delegate* unmanaged<nint, void> Destroy;
        public delegate* unmanaged<Description*, nuint, int> GetInputCharacteristic;
        public delegate* unmanaged<Description*, nuint, int> GetOutputCharacteristic;
        public delegate* unmanaged<Description*, nuint, int> GetInputMemory;
        public delegate* unmanaged<Description*, int> VariadicInputMinimum;
        public delegate* unmanaged<Description*, int> VariadicInputHomogeneous;
        public delegate* unmanaged<Description*, int> VariadicOutputMinimum;
        public delegate* unmanaged<Description*, int> VariadicOutputHomogeneous;
        public delegate* unmanaged<Description*, nint, nint, nint*, nint> CreateKernel;
        public delegate* unmanaged<nint, nint, nint> Compute;
        private readonly LaterFields _later;
        public int Index;
        public byte* Name;
    }

    // Callbacks of later versions, which a description of version 16 does not have; left empty in case they are looked at.
    [InlineArray(16)]
    private struct LaterFields
    {
        private nint _first;
    }
}
